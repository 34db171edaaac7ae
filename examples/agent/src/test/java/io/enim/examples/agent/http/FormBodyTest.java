package io.enim.examples.agent.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class FormBodyTest {
    private static FormBody parse(String text) {
        return FormBody.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    @Property(tries = 300)
    void whatAnEncoderWroteIsReadBack(@ForAll String first, @ForAll String second) {
        String form = "a=" + URLEncoder.encode(first, StandardCharsets.UTF_8) + "&b="
                + URLEncoder.encode(second, StandardCharsets.UTF_8);
        assertThat(parse(form).bytes("a")).isEqualTo(first.getBytes(StandardCharsets.UTF_8));
        assertThat(parse(form).bytes("b")).isEqualTo(second.getBytes(StandardCharsets.UTF_8));
    }

    @Property(tries = 300)
    void anyBytesAreAFormOrRefused(@ForAll byte[] body) {
        try {
            assertThat(FormBody.parse(body).text("a")).isNotNull();
        } catch (FormBody.MalformedException e) {
            assertThat(e).hasMessageStartingWith("the form ");
        }
    }

    @Test
    void everyByteCanBeWritten() {
        byte[] all = new byte[256];
        StringBuilder form = new StringBuilder("a=");
        for (int i = 0; i < 256; i++) {
            all[i] = (byte) i;
            form.append(String.format("%%%02x", i));
        }
        assertThat(parse(form.toString()).bytes("a")).isEqualTo(all);
    }

    @Test
    void absentFieldsAreEmpty() {
        assertThat(parse("").text("a")).isEmpty();
        assertThat(parse("b=1").text("a")).isEmpty();
        assertThat(parse("a").text("a")).isEmpty();
    }

    @Test
    void aFieldTwiceIsRefused() {
        assertThatThrownBy(() -> parse("a=1&a=2"))
                .isInstanceOf(FormBody.MalformedException.class)
                .hasMessageContaining("'a'");
    }
}
