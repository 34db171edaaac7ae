package io.enim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MacAddressTest {
    @Test
    void textAndOctetsAreOneAddress() {
        MacAddress mac = MacAddress.parse("02:00:5E:00:53:AF");
        assertThat(mac).hasToString("02:00:5e:00:53:af");
        assertThat(MacAddress.of(mac.toBytes())).isEqualTo(mac);
        assertThat(MacAddress.parse(mac.toString())).isEqualTo(mac);
        assertThatThrownBy(() -> MacAddress.of(new byte[20])).hasMessageContaining("six octets");
        assertThat(MacAddress.of(new byte[] {(byte) 0xfe, (byte) 0xff, (byte) 0x80, 0, 0, (byte) 0xff}))
                .hasToString("fe:ff:80:00:00:ff");
    }

    /** An empty or zero MAC would match the loopback device; that once renamed lo in production. */
    @ParameterizedTest
    @ValueSource(strings = {"", "00:00:00:00:00:00", "02:00:5e:00:53", "02-00-5e-00-53-01", "02:00:5e:00:53:0g"})
    void p9_addressesThatCouldMatchLoopbackAreRefused(String text) {
        assertThatThrownBy(() -> MacAddress.parse(text))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("mac");
    }

    @ParameterizedTest
    @ValueSource(strings = {"01:00:5e:00:00:01", "ff:ff:ff:ff:ff:ff"})
    void groupAddressesAreRefused(String text) {
        assertThatThrownBy(() -> MacAddress.parse(text)).hasMessageContaining("group bit");
    }
}
