package io.enim.netlink.internal.sys;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.PrintableText;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class KernelTextProperties {
    @Property
    void p18_whateverBytesANameHasWritesThemAgain(@ForAll byte[] name) {
        assertThat(KernelText.encode(KernelText.decode(name, name.length))).isEqualTo(name);
    }

    @Property
    void textIsUtf8(@ForAll String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        assertThat(KernelText.decode(utf8, utf8.length)).isEqualTo(new String(utf8, StandardCharsets.UTF_8));
    }

    @Example
    void p18_aNameThatIsNoTextCanBeShown() {
        byte[] name = {'n', (byte) 0xff, (byte) 0xc3, 'x', 0x1b};
        assertThat(PrintableText.of(KernelText.decode(name, name.length))).isEqualTo("n\\udcff\\udcc3x\\u001b");
    }
}
