package io.enim.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.InvalidRequestException;
import io.enim.MacAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DeviceBaselineTest {
    private static final MacAddress MAC = MacAddress.parse("02:00:00:00:00:01");
    private static final MacAddress SPOOFED = MacAddress.parse("02:00:00:00:00:99");

    private static Device device(String name, MacAddress mac, int mtu, List<String> flags, List<String> altNames) {
        return new Device(
                7,
                name,
                mac,
                Optional.of(MAC),
                Optional.empty(),
                Optional.empty(),
                false,
                mtu,
                1000,
                0,
                Map.of("gso_max_size", 65536),
                flags,
                Optional.empty(),
                altNames,
                0);
    }

    @Test
    void p13_everythingATenantCanChangeIsADifference() {
        DeviceBaseline baseline =
                device("eni1", MAC, 9001, List.of(), List.of()).baseline();
        assertThat(baseline.differences(device("eni1", MAC, 9001, List.of(), List.of())))
                .isEmpty();
        Device dirty = new Device(
                8,
                "eth0",
                SPOOFED,
                Optional.of(MAC),
                Optional.empty(),
                Optional.empty(),
                true,
                1400,
                5,
                3,
                Map.of("gso_max_size", 3000, "gro_max_size", 1),
                List.of("promisc"),
                Optional.of("mine"),
                List.of("alt"),
                4);
        assertThat(baseline.differences(dirty))
                .hasSize(10)
                .anyMatch(difference -> difference.startsWith("mac is " + SPOOFED))
                .anyMatch(difference -> difference.startsWith("mtu is 1400"))
                .contains("gso_max_size is 3000, not 65536");
    }

    @Test
    void thePermanentMacIsTheIdentityHoweverTheCurrentOneWasSet() {
        assertThat(device("eth0", SPOOFED, 1500, List.of(), List.of()).identity())
                .isEqualTo(MAC);
    }

    @Test
    void namespacesAreToldApartByCookieWhereBothHaveOne() {
        NamespaceId id = new NamespaceId(4, 4026532000L, 17);
        assertThat(id.isSame(new NamespaceId(4, 4026532000L, 17))).isTrue();
        assertThat(id.isSame(new NamespaceId(4, 4026532000L, 18))).isFalse();
        assertThat(id.isSame(new NamespaceId(4, 4026532000L, 0))).isTrue();
        assertThat(id.isSame(new NamespaceId(4, 4026532001L, 17))).isFalse();
    }

    @Test
    void aBaselineNameIsAnInterfaceName() {
        assertThatThrownBy(() -> new DeviceBaseline(MAC, "a/b", 7, 1500, 1000, 0, Map.of(), Optional.empty()))
                .isInstanceOf(InvalidRequestException.class);
    }
}
