package io.enim.provider.bce;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.emulator.adapter.WireFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The access list of {@code docs/clouds.md} names the calls of the adapter and no others. Which those are, {@code BceWireTest}
 * finds on the wire.
 */
class BcePermissionsTest {
    private static final Path PAGE =
            Path.of(System.getProperty("enim.root", "..")).resolve("docs/clouds.md");
    private static final Pattern SECTION = Pattern.compile("## Baidu AI Cloud: access\n(.*?)\n## ", Pattern.DOTALL);
    private static final Pattern CALLS = Pattern.compile("(?m)^\\| (`.*?) \\|");
    private static final Pattern CALL = Pattern.compile("`(\\w+)`");

    @Test
    void eachCallHasItsPermissionAndNoOther() throws Exception {
        Matcher section = SECTION.matcher(Files.readString(PAGE));
        assertThat(section.find()).isTrue();
        Set<String> listed = new TreeSet<>();
        CALLS.matcher(section.group(1))
                .results()
                .forEach(row -> CALL.matcher(row.group(1))
                        .results()
                        .forEach(call -> assertThat(listed.add(call.group(1)))
                                .as(call.group(1))
                                .isTrue()));
        assertThat(listed).isEqualTo(WireFile.calls());
    }
}
