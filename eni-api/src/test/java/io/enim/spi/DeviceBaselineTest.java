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

    private static final Device CLEAN = new Device(
            7,
            "eni1",
            MAC,
            Optional.of(MAC),
            Optional.empty(),
            Optional.empty(),
            false,
            9001,
            1000,
            0,
            Map.of("gso_max_size", 65536),
            List.of(),
            Optional.empty(),
            List.of(),
            0);
    private static final Device DIRTY = new Device(
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

    @Test
    void p13_everythingATenantCanChangeIsADifference() {
        assertThat(CLEAN.baseline().differences(CLEAN)).isEmpty();
        assertThat(CLEAN.baseline().differences(DIRTY))
                .hasSize(10)
                .anyMatch(difference -> difference.startsWith("mac is " + SPOOFED))
                .anyMatch(difference -> difference.startsWith("mtu is 1400"))
                .contains("gso_max_size is 3000, not 65536");
    }

    @Test
    void thePermanentMacIsTheIdentityHoweverTheCurrentOneWasSet() {
        assertThat(DIRTY.identity()).isEqualTo(MAC);
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
        assertThatThrownBy(() ->
                        new DeviceBaseline(MAC, "a/b", 7, 1500, 1000, 0, Map.of(), Optional.empty(), Optional.empty()))
                .isInstanceOf(InvalidRequestException.class);
    }
}
