package io.enim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidrTest {
    @ParameterizedTest
    @ValueSource(strings = {"10.0.3.0/24", "0.0.0.0/0", "10.0.3.7/32", "2001:db8::/64", "::/0"})
    void theTextIsReadBack(String text) {
        assertThat(Cidr.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.0.3.0",
                "10.0.3.0/",
                "10.0.3.0/33",
                "10.0.3.0/-1",
                "10.0.3/24",
                "10.0.03.0/24",
                "a.b/3",
                "localhost/8",
                "2001:db8::/129",
                "fe80::1%eth0/64",
                "::ffff:10.0.0.0/104",
                "/24",
                "10.0.3.0/024x"
            })
    void whatIsNoBlockIsRefused(String text) {
        assertThatThrownBy(() -> Cidr.parse(text)).isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void bitsBehindThePrefixAreRefusedAndTheBlockIsNamed() {
        assertThatThrownBy(() -> Cidr.parse("10.0.3.7/24")).hasMessageContaining("the block is 10.0.3.0/24");
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.3.0/24, 10.0.3.255, true",
        "10.0.3.0/24, 10.0.4.0, false",
        "10.0.3.0/25, 10.0.3.128, false",
        "0.0.0.0/0, 255.255.255.255, true",
        "2001:db8::/33, 2001:db8:8000::1, false",
        "2001:db8::/33, 2001:db8:7fff::1, true",
        "0.0.0.0/0, ::1, false"
    })
    void containsLooksAtFamilyAndPrefix(String block, String address, boolean inside) {
        assertThat(Cidr.parse(block).contains(Cidr.parseAddress(address))).isEqualTo(inside);
    }

    @Test
    void addressesAreCountedFromTheNetwork() {
        assertThat(Cidr.parse("10.0.3.0/24").address(1).getHostAddress()).isEqualTo("10.0.3.1");
        assertThat(Cidr.parse("10.0.0.0/8").address(256).getHostAddress()).isEqualTo("10.0.1.0");
        assertThat(Cidr.parse("2001:db8::/64").address(1)).isEqualTo(Cidr.parseAddress("2001:db8::1"));
        assertThat(Cidr.parse("ff00::/8").address(1)).isEqualTo(Cidr.parseAddress("ff00::1"));
        assertThatThrownBy(() -> Cidr.parse("10.0.3.0/24").address(256)).hasMessageContaining("outside the block");
        assertThatThrownBy(() -> Cidr.parse("255.255.255.255/32").address(1)).hasMessageContaining("outside");
        assertThatThrownBy(() -> Cidr.parse("10.0.3.0/24").address(-1)).hasMessageContaining("outside the block");
    }

    @Test
    void aBlockIsMadeAroundAnAddress() {
        assertThat(Cidr.containing(Cidr.parseAddress("10.0.3.7"), 20)).hasToString("10.0.0.0/20");
        assertThatThrownBy(() -> Cidr.containing(Cidr.parseAddress("10.0.3.7"), 40))
                .isInstanceOf(InvalidRequestException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"::/064", "0.0.0.0/00", "0.0.0.0/", "0.0.0.0/+0", "::/\u0660", "::/0064"})
    void aPrefixLengthIsANumberWithoutLeadingZeros(String text) {
        assertThatThrownBy(() -> Cidr.parse(text)).hasMessageContaining("the prefix length is a number");
    }
}
