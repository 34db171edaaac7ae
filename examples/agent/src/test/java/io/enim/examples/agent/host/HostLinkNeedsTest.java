package io.enim.examples.agent.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.Cidr;
import io.enim.HostLink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a host lacks is said with its remedy, for the families of the host link only. */
class HostLinkNeedsTest {
    @TempDir
    private Path settings;

    @BeforeEach
    void aHostThatForwards() throws IOException {
        set("ipv4/ip_forward", "1");
        set("ipv6/conf/all/forwarding", "1");
    }

    private void set(String file, String value) throws IOException {
        Path path = settings.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, value + "\n");
    }

    private List<String> missing(List<String> services, String... nodes) {
        HostLink link = new HostLink(
                services.stream().map(Cidr::parse).toList(),
                Stream.of(nodes).map(Cidr::parse).toList());
        return new HostLinkNeeds(
                        settings,
                        () -> Stream.of("127.0.0.1", "169.254.7.7", "10.0.0.5", "::1", "fe80::5", "2001:db8::5")
                                .map(Cidr::parseAddress))
                .missing(link);
    }

    @Test
    void nothingIsMissingWhereTheHostForwardsAndItsAddressesAreNamed() {
        assertThat(missing(List.of("10.96.0.0/12", "fd00:96::/108"), "10.0.0.5/32", "2001:db8::5/128"))
                .isEmpty();
    }

    @Test
    void forwardingIsNeededOfTheFamiliesInUse() throws IOException {
        set("ipv4/ip_forward", "0");
        set("ipv6/conf/all/forwarding", "0");
        assertThat(missing(List.of("10.96.0.0/12"), "10.0.0.5/32"))
                .singleElement()
                .asString()
                .contains("net.ipv4.ip_forward is 0", "set it to 1");
        assertThat(missing(List.of("fd00:96::/108"), "2001:db8::/64"))
                .singleElement()
                .asString()
                .contains("net.ipv6.conf.all.forwarding is 0");
    }

    @Test
    void aSettingThatCannotBeReadIsSaid() throws IOException {
        Files.delete(settings.resolve("ipv4/ip_forward"));
        assertThat(missing(List.of("10.96.0.0/12"), "10.0.0.5/32"))
                .singleElement()
                .asString()
                .contains("net.ipv4.ip_forward cannot be read");
    }

    @Test
    void anAddressOfTheHostIsNeededInTheNodeNetworks() {
        assertThat(missing(List.of("10.96.0.0/12"), "10.0.0.6/32", "169.254.7.7/32"))
                .singleElement()
                .asString()
                .contains("no IPv4 address of this host is in agent.host-link.node-cidrs", "add the node's address");
        assertThat(missing(List.of("10.96.0.0/12", "fd00:96::/108"), "10.0.0.5/32"))
                .singleElement()
                .asString()
                .contains("no IPv6 address");
    }
}
