package io.enim.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.Assignment;
import io.enim.Cidr;
import io.enim.EniManager;
import io.enim.EniSetting;
import io.enim.EniSettings;
import io.enim.EniState;
import io.enim.provider.OwnerTag;
import io.enim.provider.fake.FakeCloud;
import io.enim.provider.fake.device.InMemoryDevices;
import io.enim.provider.fake.plug.InMemoryPlug;
import io.enim.provider.fake.region.Instance;
import io.enim.provider.fake.region.SimulatedRegion;
import io.enim.provider.fake.region.Subnet;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A manager over a cloud that its application has at hand. */
class GivenCloudTest {
    @TempDir
    private Path directory;

    private final InMemoryDevices devices = new InMemoryDevices();
    private final Instance instance = new Instance("i-1", "zone-a", 2);
    private final SimulatedRegion region = new SimulatedRegion(Clock.systemUTC())
            .addSubnet(new Subnet("subnet-1", "zone-a", Optional.of(Cidr.parse("10.0.0.0/16")), Optional.empty()))
            .addInstance(instance)
            .plug(instance.id(), new InMemoryPlug(devices));

    private EniManager start() {
        EniSettings settings = EniSettings.builder("node-1")
                .set(EniSetting.CLUSTER, "test")
                .set(EniSetting.RUN_DIR, directory.resolve("run"))
                .set(EniSetting.STATE_DIR, directory.resolve("state"))
                .set(EniSetting.POOL_WARM, 2)
                .set(EniSetting.POOL_POLL_INITIAL, "20ms")
                .build();
        EniManager manager = Enim.builder(settings)
                .devices(devices)
                .cloud(new FakeCloud(region, new OwnerTag("test", "node-1"), instance))
                .build();
        Awaitility.await()
                .ignoreExceptions()
                .until(() -> manager.enis().stream()
                        .anyMatch(eni -> eni.state() == EniState.READY || eni.state() == EniState.IN_USE));
        return manager;
    }

    @Test
    void p5_itIsPooledAndTheNextManagerKnowsWhoHoldsWhat() {
        Assignment web;
        try (EniManager manager = start()) {
            web = manager.add("default", "web");
        }
        try (EniManager next = start()) {
            assertThat(next.add("default", "web")).isEqualTo(web);
            assertThat(next.add("default", "other").eni().id()).isNotEqualTo(web.eni().id());
        }
    }
}
