package io.enim.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.enim.Assignment;
import io.enim.EniManager;
import io.enim.EniSetting;
import io.enim.EniSettings;
import io.enim.netlink.LinuxDevicesFactory;
import io.enim.netlink.testbed.NetworkTestbed;
import io.enim.netlink.testbed.TestbedNamespace;
import io.enim.provider.fake.FakeProviderFactory;
import io.enim.spi.NetworkDevices;
import io.enim.testing.PrivateNamespaces;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Sandboxes of the kernel, with real veth devices. */
@PrivateNamespaces
class SandboxPoolIT {
    private static final int ENIS = 3;

    private final TempDirectory directory = TempDirectory.make();
    private final NetworkTestbed stage = NetworkTestbed.open();
    private final NetworkDevices devices = new LinuxDevicesFactory().create();
    private EniManager manager = start();

    private EniManager start() {
        EniSettings settings = EniSettings.builder("node-1")
                .set(EniSetting.RUN_DIR, directory.path().resolve("run"))
                .set(EniSetting.STATE_DIR, directory.path().resolve("state"))
                .set(EniSetting.POOL_MIN, Integer.toString(ENIS))
                .set(EniSetting.POOL_MAX, Integer.toString(ENIS))
                .set(EniSetting.POOL_RATE, "1000")
                .set(EniSetting.POOL_POLL_INITIAL, "20ms")
                .set(EniSetting.POOL_COOLDOWN, "0s")
                .set(EniSetting.SANDBOXES_READY, "1")
                .providerSetting("fake", "plug", "veth")
                .providerSetting(
                        "fake", "state-file", directory.path().resolve("cloud").toString())
                .build();
        return Enim.builder(settings)
                .devices(devices)
                .provider(new FakeProviderFactory())
                .build();
    }

    @AfterEach
    void end() {
        manager.sandboxes().taken().forEach(sandbox -> manager.sandboxes().giveBack(sandbox.endpoint()));
        manager.close();
        names().forEach(stage::delete);
        devices.close();
        stage.close();
        directory.close();
    }

    private void awaitReady() {
        await("a sandbox is ready")
                .untilAsserted(() -> assertThat(manager.sandboxes().ready())
                        .as("%s", manager.health())
                        .isEqualTo(1));
    }

    private Set<String> names() {
        return stage.names().stream().filter(name -> name.startsWith("enim-")).collect(Collectors.toSet());
    }

    private void assertServes(Assignment sandbox) {
        assertThat(manager.check(sandbox.endpoint()).differences()).isEmpty();
        try (TestbedNamespace inside = stage.openPath(path(sandbox))) {
            assertThat(inside.device("eth0"))
                    .hasValueSatisfying(device ->
                            assertThat(device.mac()).isEqualTo(sandbox.eni().mac()));
            assertThat(inside.addresses("eth0"))
                    .contains(sandbox.ipv4().orElseThrow().withPrefix());
        }
    }

    private static Path path(Assignment sandbox) {
        return sandbox.sandbox().orElseThrow().path();
    }

    @Test
    void p1_p2_p13_aReadySandboxServesAndIsGoneWhenItIsGivenBack() {
        awaitReady();
        Assignment sandbox = manager.sandboxes().take("web");
        assertServes(sandbox);
        try (TestbedNamespace inside = stage.openPath(path(sandbox))) {
            inside.setAlias("eth0", "left behind");
            inside.setMtu("eth0", 1400);
        }
        manager.sandboxes().giveBack(sandbox.endpoint());
        assertThat(path(sandbox)).doesNotExist();
        awaitReady();
        for (int life = 0; life < ENIS; life++) {
            Assignment next = manager.sandboxes().take("life" + life);
            assertServes(next);
            manager.sandboxes().giveBack(next.endpoint());
        }
    }

    @Test
    void p5_anotherManagerHasTheSandboxesOfTheOneBefore() {
        awaitReady();
        Assignment sandbox = manager.sandboxes().take("web");
        awaitReady();
        Set<String> before = names();
        assertThat(before).hasSize(2);
        manager.close();
        stage.create(sandbox.endpoint().name().replaceAll("[0-9a-f]{16}$", "0123456789abcdef"))
                .close();
        manager = start();
        awaitReady();
        await().untilAsserted(() -> assertThat(names()).isEqualTo(before));
        assertThat(manager.sandboxes().take("web")).isEqualTo(sandbox);
        assertServes(sandbox);
        assertServes(manager.sandboxes().take("db"));
    }

    @Test
    void p5_aSandboxWhoseNamespaceWasDeletedIsCollected() {
        awaitReady();
        Assignment sandbox = manager.sandboxes().take("web");
        stage.delete(sandbox.endpoint().name());
        await("its ENI is free again, or in another sandbox").untilAsserted(() -> {
            manager.gc();
            assertThat(manager.sandboxes().taken()).isEqualTo(List.of());
        });
        assertThat(manager.sandboxes().take("web").endpoint()).isNotEqualTo(sandbox.endpoint());
    }
}
