package io.enim.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.spi.NetworkDevicesFactory;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class LinuxDevicesFactoryTest {
    @Test
    void theFactoryIsFoundByItsName() {
        assertThat(ServiceLoader.load(NetworkDevicesFactory.class).stream()
                        .map(provider -> provider.get().name()))
                .contains("linux");
    }
}
