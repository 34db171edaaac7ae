package io.enim.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.Cidr;
import io.enim.Endpoint;
import io.enim.InterfaceName;
import io.enim.InvalidRequestException;
import io.enim.IpLiteral;
import io.enim.MacAddress;
import io.enim.testing.FuzzTarget;
import java.util.List;
import java.util.function.Consumer;

/** Texts of callers and tenants: addresses, blocks, MACs, names. What is accepted is written and read again as the same. */
public final class TextFuzzTest extends FuzzTarget {
    private static final List<Consumer<String>> READERS = List.of(
            text -> assertThat(Cidr.parseAddress(IpLiteral.format(Cidr.parseAddress(text))))
                    .isEqualTo(Cidr.parseAddress(text)),
            text -> assertThat(Cidr.parse(Cidr.parse(text).toString())).isEqualTo(Cidr.parse(text)),
            text -> assertThat(MacAddress.parse(MacAddress.parse(text).toString()))
                    .isEqualTo(MacAddress.parse(text)),
            text -> assertThat(new InterfaceName(text)).hasToString(text),
            text -> assertThat(Endpoint.of(text, text, text).name()).isEqualTo(text));

    @Override
    protected List<byte[]> inputs() {
        return texts(
                ":".repeat(300_000) + "x",
                "06464::",
                ".::1",
                "::/064",
                "0.0.0.0/00",
                "\u00e0",
                "02:00:00:00:00:01",
                "10.0.3.0/24",
                "2001:db8::7",
                "\u202e\u001b[2J",
                "default");
    }

    public static void fuzzerTestOneInput(byte[] input) {
        String text = text(input);
        for (Consumer<String> reader : READERS) {
            readOrRefused(() -> reader.accept(text), InvalidRequestException.class);
        }
    }
}
