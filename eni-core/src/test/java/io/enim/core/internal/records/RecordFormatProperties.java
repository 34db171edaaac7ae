package io.enim.core.internal.records;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.NotEmpty;

final class RecordFormatProperties {
    private final RecordFormat format = new RecordFormat(RecordFormat.VERSION);

    @Property(tries = 200)
    void whatIsWrittenIsRead(@ForAll Map<String, String> fields) throws Exception {
        assertThat(format.read(format.write(fields))).isEqualTo(fields);
    }

    @Property(tries = 200)
    void whatIsWrittenIsPrintableAscii(@ForAll Map<String, String> fields) {
        for (byte b : format.write(fields)) {
            assertThat((int) b)
                    .satisfiesAnyOf(
                            c -> assertThat(c).isBetween((int) ' ', (int) '~'),
                            c -> assertThat(c).isEqualTo('\n'));
        }
    }

    @Property(tries = 200)
    void everyNameComesBackFromItsFileName(@ForAll @NotEmpty String name) throws Exception {
        boolean wellFormed =
                name.codePoints().noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
        if (wellFormed && name.length() <= 20) {
            String file = RecordFiles.fileName(name);
            assertThat(file).matches("[A-Za-z0-9%_=-][A-Za-z0-9%._=-]*");
            assertThat(RecordFiles.recordName(file)).isEqualTo(name);
        }
    }
}
