package io.enim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Inet6Address;
import java.net.InetAddress;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples of RFC 5952, by section; and whatever is written can be read again. */
class IpLiteralTest {
    @ParameterizedTest(name = "section {0}: {1} is written {2}")
    @CsvSource({
        "2.1, 2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "2.1, 2001:db8::0:1:0:0:1, 2001:db8::1:0:0:1",
        "2.2, 2001:db8:0:0:0:0:2:1, 2001:db8::2:1",
        "2.2, 2001:db8:aaaa:bbbb:cccc:dddd:0:1, 2001:db8:aaaa:bbbb:cccc:dddd:0:1",
        "2.3, 2001:db8:aaaa:bbbb:cccc:dddd:eeee:AaAa, 2001:db8:aaaa:bbbb:cccc:dddd:eeee:aaaa",
        "4.1, 2001:0db8::0001, 2001:db8::1",
        "4.2.1, 2001:db8:0:0:0:0:2:1, 2001:db8::2:1",
        "4.2.2, 2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "4.2.3, 2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
        "4.2.3, 2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "4.3, 2001:DB8::1, 2001:db8::1",
        "ends, 0:0:0:0:0:0:0:0, ::",
        "ends, 0:0:0:0:0:0:0:1, ::1",
        "ends, fe80:0:0:0:0:0:0:0, fe80::",
        "ends, 0:1:2:3:4:5:0:0, 0:1:2:3:4:5::",
        "ours, fd80:0:0:0:0:0:0:5, fd80::5",
        "IPv4, 10.0.3.7, 10.0.3.7",
    })
    void addressesAreWrittenAsRfc5952Recommends(String section, String read, String written) {
        assertThat(IpLiteral.format(IpLiteral.parse("address", read))).isEqualTo(written);
        assertThat(IpLiteral.format(IpLiteral.parse("address", written))).isEqualTo(written);
    }

    @ParameterizedTest(name = "section 5: {0}")
    @CsvSource({"::ffff:192.0.2.1", "::ffff:0.0.0.0"})
    void anIpv4MappedAddressEndsInDottedDecimal(String written) throws Exception {
        byte[] octets = new byte[16];
        octets[10] = octets[11] = (byte) 0xff;
        byte[] ipv4 = InetAddress.getByName(written.substring(7)).getAddress();
        System.arraycopy(ipv4, 0, octets, 12, ipv4.length);

        assertThat(IpLiteral.format(Inet6Address.getByAddress(null, octets, -1)))
                .isEqualTo(written);
    }

    @Test
    void aScopeIsKept() throws Exception {
        byte[] octets = IpLiteral.parse("address", "fe80::1").getAddress();

        assertThat(IpLiteral.format(Inet6Address.getByAddress(null, octets, 7))).isEqualTo("fe80::1%7");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "06464::",
                "12345::",
                ".::1",
                "::1.2.3",
                "1.2.3.4::",
                "1.2.3.4:1::",
                ":::",
                "1::2::3",
                ":1:2:3:4:5:6:7:8",
                "1:2:3:4:5:6:7:8:",
                "1:2:3:4:5:6:7:8::",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "1:2:3:4:5:6:7:1.2.3.4",
                "::1.2.3.04",
                "::1%lo",
                "::\u0661",
                ":",
                "",
                "example.org",
                "010.0.0.1"
            })
    void whatInetPtonRefusesIsNoAddress(String text) {
        assertThatThrownBy(() -> IpLiteral.parse("address", text))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("expected an address like");
    }

    @ParameterizedTest
    @CsvSource({"1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0", "::2:3:4:5:6:7:8, 0:2:3:4:5:6:7:8", "::1.2.3.4, ::102:304"})
    void whatInetPtonAcceptsIsOne(String text, String written) {
        assertThat(IpLiteral.format(IpLiteral.parse("address", text))).isEqualTo(written);
    }

    /** Neither time nor the message grows with what a tenant writes. */
    @ParameterizedTest
    @ValueSource(strings = {":", ".", "1:", "f", "::1."})
    void p18_aTextOfAnyLengthIsRefusedByItsLength(String part) {
        String text = part.repeat(1_000_000) + "x";
        assertThatThrownBy(() -> IpLiteral.parse("address", text))
                .isInstanceOf(InvalidRequestException.class)
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(300));
    }

    @Property
    void whatIsWrittenIsReadAsTheSameAddress(@ForAll @Size(16) byte[] octets) throws Exception {
        InetAddress address = InetAddress.getByAddress(octets);

        assertThat(IpLiteral.parse("address", IpLiteral.format(address))).isEqualTo(address);
    }
}
