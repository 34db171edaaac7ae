package io.enim.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.Assignment;
import io.enim.Cidr;
import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniManager;
import io.enim.EniSetting;
import io.enim.EniSettings;
import io.enim.EniState;
import io.enim.NoEniAvailableException;
import io.enim.provider.EniProvider;
import io.enim.provider.EniProviderFactory;
import io.enim.provider.OwnerTag;
import io.enim.provider.ProviderContext;
import io.enim.provider.fake.FakeCloud;
import io.enim.provider.fake.device.InMemoryDevices;
import io.enim.provider.fake.plug.InMemoryPlug;
import io.enim.provider.fake.region.Instance;
import io.enim.provider.fake.region.SimulatedRegion;
import io.enim.provider.fake.region.Subnet;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
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

    private Enim.Builder builder() {
        EniSettings settings = EniSettings.builder("node-1")
                .set(EniSetting.CLUSTER, "test")
                .set(EniSetting.RUN_DIR, directory.resolve("run"))
                .set(EniSetting.STATE_DIR, directory.resolve("state"))
                .set(EniSetting.POOL_WARM, 2)
                .set(EniSetting.POOL_POLL_INITIAL, "20ms")
                .set(EniSetting.CLOUD_TIMEOUT, "1s")
                .build();
        return Enim.builder(settings).devices(devices);
    }

    private FakeCloud cloud() {
        return new FakeCloud(region, new OwnerTag("test", "node-1"), instance);
    }

    private static void awaitServing(EniManager manager) {
        Awaitility.await()
                .ignoreExceptions()
                .until(() -> manager.enis().stream()
                        .anyMatch(eni -> eni.state() == EniState.READY || eni.state() == EniState.IN_USE));
    }

    /** Makes a pool over the cloud, and does something with the context. */
    private record Factory(FakeCloud cloud, Consumer<ProviderContext> deed) implements EniProviderFactory {
        @Override
        public String name() {
            return "mine";
        }

        @Override
        public EniProvider create(ProviderContext context) {
            deed.accept(context);
            return context.pool(cloud);
        }
    }

    /** Records what it is told of, and lists nothing. */
    private static final class OwnProvider implements EniProvider {
        private final List<Map<Endpoint, String>> restored = new CopyOnWriteArrayList<>();
        private final List<String> calls = new CopyOnWriteArrayList<>();

        @Override
        public void restore(Map<Endpoint, String> held) {
            calls.add("restore");
            restored.add(held);
        }

        @Override
        public List<Eni> list() {
            calls.add("list");
            return List.of();
        }

        @Override
        public Eni allocateNextEni(Endpoint endpoint) {
            throw new NoEniAvailableException(endpoint, Map.of(), Duration.ofSeconds(1));
        }

        @Override
        public void deallocateEni(Endpoint endpoint) {
            calls.add("deallocate");
        }

        @Override
        public void close() {
            calls.add("close");
        }
    }

    @Test
    void p5_aGivenCloudIsPooledAndTheNextManagerKnowsWhoHoldsWhat() {
        Assignment web;
        try (EniManager manager = builder().cloud(cloud()).build()) {
            awaitServing(manager);
            web = manager.add("default", "web");
        }
        try (EniManager next = builder().cloud(cloud()).build()) {
            awaitServing(next);
            assertThat(next.add("default", "web")).isEqualTo(web);
            assertThat(next.add("default", "other").eni().id())
                    .isNotEqualTo(web.eni().id());
        }
    }

    @Test
    void p1_aGivenProviderAndAGivenFactoryLearnWhatIsHeldBeforeAnythingElse() {
        Assignment web;
        try (EniManager manager = builder().cloud(cloud()).build()) {
            awaitServing(manager);
            web = manager.add("default", "web");
        }
        Map<Endpoint, String> held = Map.of(web.endpoint(), web.eni().id());
        OwnProvider own = new OwnProvider();
        builder().provider(own).build().close();
        assertThat(own.restored).containsExactly(held);
        assertThat(own.calls).startsWith("restore").doesNotContain("close");
        AtomicReference<Map<Endpoint, String>> told = new AtomicReference<>();
        Factory factory = new Factory(cloud(), context -> told.set(context.held()));
        builder().provider(own).provider(factory).build().close();
        assertThat(told).hasValue(held);
        assertThat(own.restored).as("the last call counts").hasSize(1);
    }
}
