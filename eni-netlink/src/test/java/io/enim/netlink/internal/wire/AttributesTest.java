package io.enim.netlink.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class AttributesTest {
    private static Attributes read(byte[] bytes) {
        return Attributes.read(ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()));
    }

    @Test
    void absentIsEmptyAndNeverADefault() {
        assertThat(Attributes.NONE.u32(1)).isEmpty();
        assertThat(Attributes.NONE.text(1)).isEmpty();
        assertThat(Attributes.NONE.bytes(1)).isEmpty();
        assertThat(Attributes.NONE.nested(1)).isEqualTo(Attributes.NONE);
        assertThat(Attributes.NONE.has(1)).isFalse();
    }

    @Test
    void unknownIsKeptAndWrittenAgain() {
        Attributes.Builder builder = Attributes.builder().u32(1, 5).bytes(12345, (byte) 9);
        byte[] bytes = builder.text(3, "x").build().toBytes();
        assertThat(read(bytes).toBytes()).isEqualTo(bytes);
        assertThat(read(bytes).types()).containsExactly(1, 12345, 3);
    }

    @Test
    void truncatedIsAnErrorThatSaysWhere() {
        byte[] bytes = Attributes.builder().u32(7, 5).build().toBytes();
        for (int length = 1; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> read(cut)).isInstanceOf(MalformedMessageException.class);
        }
    }

    @Test
    void aValueTooShortForItsTypeIsAnError() {
        Attributes two = Attributes.builder().bytes(4, (byte) 1, (byte) 2).build();
        assertThatThrownBy(() -> two.u32(4))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("2 bytes of 4");
        assertThat(two.u8(4)).hasValue(1);
    }

    @Test
    void theFlagsInATypeAreNotPartOfIt() {
        Attributes outer =
                read(Attributes.nest(18, Attributes.builder().text(1, "veth")).toBytes());
        assertThat(outer.types()).containsExactly(18);
        assertThat(outer.nested(18).text(1)).contains("veth");
        assertThat(Attributes.NLA_TYPE_MASK).isEqualTo(0x3fff);
    }

    @Test
    void aStringEndsAtItsZeroOrWhereItsValueEnds() {
        assertThat(Attributes.builder().text(1, "eth0").build().text(1)).contains("eth0");
        assertThat(Attributes.builder().bytes(1, (byte) 'a', (byte) 'b').build().text(1))
                .contains("ab");
        assertThat(Attributes.builder().bytes(1).build().text(1)).contains("");
    }

    @Test
    void numbersAreUnsignedInOneByte() {
        assertThat(Attributes.builder().u8(1, 200).build().u8(1)).hasValue(200);
        assertThat(Attributes.builder().u16(1, 60_000).build().bytes(1).orElseThrow())
                .hasSize(2);
    }

    @Test
    void aValueThatDoesNotFitItsLengthIsRefused() {
        Attributes huge = Attributes.builder().bytes(1, new byte[70_000]).build();
        assertThatThrownBy(() -> new MessageWriter(0, 1).message(16, 0, new byte[16], huge))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("16 bits");
    }

    @Test
    void whatIsHandedOutCannotChangeWhatIsKept() {
        byte[] own = {1, 2, 3};
        Attributes attributes = Attributes.builder().bytes(1, own).build();
        own[0] = 9;
        attributes.bytes(1).orElseThrow()[1] = 9;
        assertThat(attributes.bytes(1).orElseThrow()).containsExactly(1, 2, 3);
    }
}
