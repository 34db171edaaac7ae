package io.enim.emulator.bce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The emulator reads the JSON that it writes, and refuses text that is not one JSON object. */
class JsonTest {
    @Test
    void readsWhatItWrote() {
        Map<String, Object> value = Map.of(
                "text", "a\"b\\c\n\u00e4\ud83d\ude00/", "list", List.of(1, true, List.of(), Map.of()), "number", -1.5);
        assertThat(Json.object(Json.text(value))).isEqualTo(value);
    }

    @Test
    void readsBlanksEscapesAndNulls() {
        assertThat(Json.object(" { \"a\" : [ 1 , 2 ] ,\t\"b\":null, \"c\":\"\\u0041\\/\\t\" }\r\n"))
                .containsEntry("a", List.of(1, 2))
                .containsEntry("b", null)
                .containsEntry("c", "A/\t")
                .hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{}x",
                "[]",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{\"a\":[1,]}",
                "{\"a\":01x}",
                "{\"a\":\"\\x\"}",
                "{\"a\":\"\\u12\"}",
                "{\"a\":\"unended",
                "{\"a\" \"b\"}",
                "{\"a\":tru}",
                "{a:1}",
                "{\"a\":\"\n\"}"
            })
    void refusesWhatIsNone(String text) {
        assertThatThrownBy(() -> Json.object(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesWhatIsTooDeep() {
        assertThatThrownBy(() -> Json.object("{\"a\":" + "[".repeat(100) + "]".repeat(100) + "}"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
