package io.enim.provider.fake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.enim.SettingsException;
import io.enim.provider.AttachRequest;
import io.enim.provider.CloudEni;
import io.enim.provider.CreateRequest;
import io.enim.provider.EniCloud;
import io.enim.provider.EniProviderFactory;
import io.enim.provider.OwnerTag;
import io.enim.provider.fake.device.InMemoryDevices;
import io.enim.spi.NetworkDevices;
import io.enim.spi.NetworkDevicesFactory;
import io.enim.testing.UnpooledContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FakeProviderFactoryTest {
    private static final OwnerTag OWNER_TAG = new OwnerTag("test", "n1");

    private final InMemoryDevices devices = new InMemoryDevices();
    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();

    @AfterEach
    void stop() {
        scheduler.shutdownNow();
    }

    /** The cloud that the factory wants pooled. */
    private EniCloud cloud(Map<String, String> settings, NetworkDevices onDevices) {
        UnpooledContext context = new UnpooledContext(settings) {
            @Override
            public NetworkDevices devices() {
                return onDevices;
            }

            @Override
            public ScheduledExecutorService scheduler() {
                return scheduler;
            }
        };
        new FakeProviderFactory().create(context);
        return context.cloud();
    }

    @Test
    void bothAreFoundByTheServiceLoader() {
        assertThat(ServiceLoader.load(EniProviderFactory.class))
                .extracting(EniProviderFactory::name)
                .contains("fake");
        assertThat(ServiceLoader.load(NetworkDevicesFactory.class))
                .extracting(NetworkDevicesFactory::name)
                .contains("memory");
    }

    @ParameterizedTest
    @CsvSource({
        "max-eniz, 8",
        "max-enis, many",
        "max-enis, -1",
        "max-enis, 9999999999",
        "ipv4, 10.0.0.0",
        "plug, cable",
        "plug, command",
        "lose-rate, 2",
        "attach-ms, soon"
    })
    void aSettingThatCannotBeIsRefusedByItsKey(String key, String value) {
        refused(Map.of(key, value), "enim.provider.fake." + key);
    }

    private void refused(Map<String, String> settings, String text) {
        assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(() -> cloud(settings, devices))
                .withMessageContaining(text);
    }

    @Test
    void aSubnetHasAFamily() {
        refused(Map.of("ipv4", "none", "ipv6", "none"), "enim.provider.fake.ipv4");
        CloudEni eni = cloud(Map.of("ipv4", "none"), devices).create(new CreateRequest("t", OWNER_TAG));
        assertThat(eni.ipv4()).isEmpty();
        assertThat(eni.ipv6()).isPresent();
    }

    @Test
    void anAttachedEniAppearsAsADeviceAndADetachedOneDisappears() {
        EniCloud cloud = cloud(Map.of(), devices);
        CloudEni eni = cloud.create(new CreateRequest("t", OWNER_TAG));

        cloud.attach(eni.id(), new AttachRequest("a"));
        assertThat(devices.whereIs(eni.mac())).contains(Path.of("/"));
        cloud.detach(eni.id());
        assertThat(devices.whereIs(eni.mac())).isEmpty();
    }

    @Test
    void aCommandPlugsAndUnplugsAndIsAskedAgainWhenItFails(@TempDir Path directory) throws IOException {
        Path log = directory.resolve("log");
        Path command = Files.writeString(directory.resolve("plug"), """
            #!/bin/sh
            echo "$@" >>'%1$s'
            [ "$1" = unplug ] || ! mkdir '%1$s.failed' 2>/dev/null || { echo no slot; exit 1; }
            """.formatted(log));
        Files.setPosixFilePermissions(command, PosixFilePermissions.fromString("rwx------"));
        EniCloud cloud = cloud(Map.of("plug", "command", "plug-command", command.toString()), devices);
        CloudEni eni = cloud.create(new CreateRequest("t", OWNER_TAG));
        String plugged = "plug " + eni.mac();

        cloud.attach(eni.id(), new AttachRequest("a"));
        await().until(() ->
                Files.readAllLines(log).stream().filter(plugged::equals).count() == 2);
        cloud.attach(eni.id(), new AttachRequest("a"));
        cloud.detach(eni.id());
        assertThat(Files.readAllLines(log)).endsWith(plugged, plugged, "un" + plugged);
        cloud.close();
    }

    @Test
    void p5_theCloudRemembersBeyondTheDeathOfTheProcess(@TempDir Path directory) {
        Map<String, String> settings =
                Map.of("state-file", directory.resolve("cloud").toString());
        EniCloud first = cloud(settings, devices);
        CloudEni kept = first.create(new CreateRequest("t1", OWNER_TAG));
        first.attach(kept.id(), new AttachRequest("a"));
        CloudEni deleted = first.create(new CreateRequest("t2", OWNER_TAG));
        first.delete(deleted.id());
        List<CloudEni> before = first.describe();

        // The first one is abandoned, as by kill -9; the machine went down with it.
        InMemoryDevices rebooted = new InMemoryDevices();
        EniCloud second = cloud(settings, rebooted);

        assertThat(second.describe()).isEqualTo(before);
        assertThat(rebooted.whereIs(kept.mac())).contains(Path.of("/"));
        assertThat(second.create(new CreateRequest("t1", OWNER_TAG)).id()).isEqualTo(kept.id());
        assertThat(second.create(new CreateRequest("t3", OWNER_TAG)).id()).isNotEqualTo(deleted.id());
    }

    @Test
    void aStateFileThatCannotBeReadIsRefusedAndLeftAlone(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("cloud"), "eni-1/mac=no mac");

        refused(Map.of("state-file", file.toString()), "state-file");
        assertThat(file).hasContent("eni-1/mac=no mac");
    }

    @Test
    void aStateFileOfAnotherSubnetIsRefused(@TempDir Path directory) {
        String file = directory.resolve("cloud").toString();
        cloud(Map.of("state-file", file), devices).create(new CreateRequest("t1", OWNER_TAG));

        refused(Map.of("state-file", file, "ipv4", "10.99.0.0/24"), "another subnet");
    }
}
