package io.enim.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.google.inject.AbstractModule;
import com.google.inject.Binder;
import com.google.inject.Binding;
import com.google.inject.Guice;
import com.google.inject.Inject;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.Module;
import com.google.inject.PrivateModule;
import com.google.inject.Provider;
import com.google.inject.Scopes;
import com.google.inject.Stage;
import com.google.inject.matcher.Matchers;
import com.google.inject.multibindings.Multibinder;
import com.google.inject.multibindings.OptionalBinder;
import com.google.inject.name.Names;
import com.google.inject.spi.Element;
import com.google.inject.spi.Elements;
import com.google.inject.util.Modules;
import io.enim.AddRequest;
import io.enim.AddRequest.WhenEmpty;
import io.enim.Assignment;
import io.enim.Cidr;
import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniManager;
import io.enim.EniMetrics;
import io.enim.EniSetting;
import io.enim.EniSettings;
import io.enim.LifecycleListener;
import io.enim.NoEniAvailableException;
import io.enim.provider.EniCloud;
import io.enim.provider.EniProvider;
import io.enim.provider.OwnerTag;
import io.enim.provider.fake.FakeCloud;
import io.enim.provider.fake.device.InMemoryDevices;
import io.enim.provider.fake.plug.InMemoryPlug;
import io.enim.provider.fake.region.Instance;
import io.enim.provider.fake.region.SimulatedRegion;
import io.enim.provider.fake.region.Subnet;
import io.enim.spi.Liveness;
import io.enim.spi.NetworkDevices;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The module in applications that use Guice in ways of their own. */
class EnimModuleTest {
    private static final Endpoint WEB = Endpoint.of("shop", "web", "c1");

    @TempDir
    private Path directory;

    private EniSettings settings(String node) {
        return EniSettings.builder(node)
                .set(EniSetting.PROVIDER, "fake")
                .set(EniSetting.DEVICES, "memory")
                .set(EniSetting.RUN_DIR, directory.resolve(node).resolve("run"))
                .set(EniSetting.STATE_DIR, directory.resolve(node).resolve("state"))
                .build();
    }

    private EnimModule module() {
        return new EnimModule(settings("node-1"));
    }

    private static Assignment add(EniManager manager) {
        return manager.add(AddRequest.forEndpoint(WEB).whenEmpty(WhenEmpty.WAIT).build());
    }

    /** Classes that the application binds nowhere. */
    static class JustInTime {}

    static class Agent {
        private final EniManager manager;

        @Inject
        Agent(EniManager manager, JustInTime part) {
            this.manager = manager;
            assertThat(part).isNotNull();
        }
    }

    /** Calls the manager that calls it. */
    static class Listener implements LifecycleListener {
        private final List<String> told = new CopyOnWriteArrayList<>();
        private final Provider<EniManager> manager;

        @Inject
        Listener(Provider<EniManager> manager, JustInTime part) {
            this.manager = manager;
            assertThat(part).isNotNull();
        }

        @Override
        public void assigned(Assignment assignment) {
            assertThat(manager.get().assignments()).contains(assignment);
            told.add("assigned");
        }
    }

    @Test
    void itBindsTheManagerAndItsSettingsAndSetsNoOption() {
        List<Element> elements = Elements.getElements(module());
        assertThat(elements).allMatch(Binding.class::isInstance);
        assertThat(elements.stream().<Object>map(element -> ((Binding<?>) element).getKey()))
                .containsExactlyInAnyOrder(Key.get(EniSettings.class), Key.get(EniManager.class));
    }

    @ParameterizedTest
    @EnumSource(names = {"DEVELOPMENT", "PRODUCTION"})
    void anApplicationMayRelyOnJustInTimeBindings(Stage stage) {
        Module application = binder ->
                binder.bind(LifecycleListener.class).to(Listener.class).in(Scopes.SINGLETON);
        Injector injector = Guice.createInjector(stage, application, module());
        try (EniManager manager = injector.getInstance(Agent.class).manager) {
            assertThat(injector.getInstance(EniManager.class)).isSameAs(manager);
            add(manager);
            Listener listener = (Listener) injector.getInstance(LifecycleListener.class);
            await().untilAsserted(() -> assertThat(listener.told).containsExactly("assigned"));
        }
    }

    @Test
    void anApplicationMayRequireExplicitBindingsInjectConstructorsAndExactAnnotations() {
        Module strict = binder -> {
            binder.requireExplicitBindings();
            binder.requireAtInjectOnConstructors();
            binder.requireExactBindingAnnotations();
            binder.disableCircularProxies();
        };
        try (EniManager manager = Guice.createInjector(strict, module()).getInstance(EniManager.class)) {
            assertThat(add(manager).endpoint()).isEqualTo(WEB);
        }
    }

    @Test
    void anApplicationMayInterceptEveryMethod() {
        Module intercepting = binder -> binder.bindInterceptor(Matchers.any(), Matchers.any(), call -> call.proceed());
        try (EniManager manager = Guice.createInjector(intercepting, module()).getInstance(EniManager.class)) {
            assertThat(add(manager).endpoint()).isEqualTo(WEB);
        }
    }

    @Test
    void aChildInjectorMayHaveItOrUseThatOfItsParent() {
        Injector parent = Guice.createInjector();
        Injector child = parent.createChildInjector(module());
        assertThat(parent.getInstance(JustInTime.class)).isNotNull();
        assertThat(parent.getExistingBinding(Key.get(EniManager.class))).isNull();
        try (EniManager manager = child.getInstance(EniManager.class)) {
            Injector grandchild = child.createChildInjector(
                    binder -> binder.bind(NetworkDevices.class).to(InMemoryDevices.class));
            assertThat(grandchild.getInstance(Agent.class).manager).isSameAs(manager);
            assertThat(grandchild.getInstance(NetworkDevices.class)).isInstanceOf(InMemoryDevices.class);
            add(manager);
        }
    }

    @Test
    void whatTheApplicationBindsForItselfIsItsOwn() {
        EniMetrics own = new EniMetrics() {};
        EniSettings settings = settings("node-1");
        Module application = new AbstractModule() {
            @Override
            protected void configure() {
                bind(EniSettings.class).toInstance(settings);
                bind(EniMetrics.class).annotatedWith(Names.named("own")).toInstance(own);
                bind(new Key<Optional<NetworkDevices>>() {}).toInstance(Optional.empty());
                bind(new Key<Set<Liveness>>() {}).toInstance(Set.of());
            }
        };
        Injector injector = Guice.createInjector(application, new EnimModule(settings));
        try (EniManager manager = injector.getInstance(EniManager.class)) {
            assertThat(injector.getInstance(EniSettings.class)).isSameAs(settings);
            assertThat(injector.getExistingBinding(Key.get(EniMetrics.class))).isNull();
            add(manager);
        }
    }

    @Test
    void anOverrideReplacesTheSettings() {
        Module overridden = Modules.override(module())
                .with(binder -> binder.bind(EniSettings.class).toInstance(settings("node-2")));
        try (EniManager manager = Guice.createInjector(overridden).getInstance(EniManager.class)) {
            add(manager);
            assertThat(directory.resolve("node-2")).exists();
            assertThat(directory.resolve("node-1")).doesNotExist();
        }
    }

    @Test
    void anOverrideReplacesTheManager() {
        try (EniManager other = Enim.builder(settings("node-1")).build()) {
            Module overridden = Modules.override(module())
                    .with(binder -> binder.bind(EniManager.class).toInstance(other));
            assertThat(Guice.createInjector(Stage.PRODUCTION, overridden).getInstance(Agent.class).manager)
                    .isSameAs(other);
        }
    }

    @Test
    void twoManagersLiveInOneInjectorUnderTheirAnnotations() {
        Injector injector = Guice.createInjector(named("node-1"), named("node-2"));
        try (EniManager one = injector.getInstance(Key.get(EniManager.class, Names.named("node-1")));
                EniManager two = injector.getInstance(Key.get(EniManager.class, Names.named("node-2")))) {
            add(one);
            assertThat(two.assignments()).isEmpty();
        }
    }

    private Module named(String node) {
        return new PrivateModule() {
            @Override
            protected void configure() {
                install(new EnimModule(settings(node)));
                bind(EniManager.class).annotatedWith(Names.named(node)).to(EniManager.class);
                expose(EniManager.class).annotatedWith(Names.named(node));
            }
        };
    }

    /** How an application binds its parts. */
    enum Style {
        PLAIN {
            @Override
            <T> void bind(Binder binder, Class<T> type, T part) {
                binder.bind(type).toInstance(part);
            }
        },
        OPTIONAL {
            @Override
            <T> void bind(Binder binder, Class<T> type, T part) {
                OptionalBinder.newOptionalBinder(binder, type).setBinding().toInstance(part);
            }
        },
        DEFAULT {
            @Override
            <T> void bind(Binder binder, Class<T> type, T part) {
                OptionalBinder.newOptionalBinder(binder, type).setDefault().toInstance(part);
            }
        };

        abstract <T> void bind(Binder binder, Class<T> type, T part);
    }

    /** The parts of an application, with notes of which of them the manager used. */
    private static final class Parts {
        private final Set<String> used = new ConcurrentSkipListSet<>();
        private final InMemoryDevices devices = new InMemoryDevices();
        private final Instance instance = new Instance("i-1", "zone-a", 2);
        private final SimulatedRegion region = new SimulatedRegion(Clock.systemUTC())
                .addSubnet(new Subnet("subnet-1", "zone-a", Optional.of(Cidr.parse("10.0.0.0/16")), Optional.empty()))
                .addInstance(instance)
                .plug(instance.id(), new InMemoryPlug(devices));

        private Module boundIn(Style style) {
            EniMetrics metrics = new EniMetrics() {
                @Override
                public void operation(String operation, String outcome, Duration took) {
                    used.add("metrics");
                }
            };
            LifecycleListener listener = new LifecycleListener() {
                @Override
                public void assigned(Assignment assignment) {
                    used.add("listener");
                }
            };
            Liveness liveness = assignment -> {
                used.add("liveness");
                return new Liveness.Verdict(Liveness.State.UNKNOWN, "it was asked");
            };
            return binder -> {
                style.bind(binder, EniMetrics.class, metrics);
                style.bind(binder, LifecycleListener.class, listener);
                style.bind(binder, NetworkDevices.class, devices);
                style.bind(binder, EniCloud.class, new FakeCloud(region, new OwnerTag("test", "node-1"), instance));
                Multibinder.newSetBinder(binder, Liveness.class).addBinding().toInstance(liveness);
            };
        }

        private void areUsedBy(Injector injector) {
            try (EniManager manager = injector.getInstance(EniManager.class)) {
                Assignment web = add(manager);
                assertThat(devices.whereIs(web.eni().mac())).isPresent();
                manager.gc();
                await().untilAsserted(() -> assertThat(used).containsExactly("listener", "liveness", "metrics"));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void theManagerIsBuiltWithWhatTheApplicationBinds(Style style) {
        Parts parts = new Parts();
        parts.areUsedBy(Guice.createInjector(Stage.PRODUCTION, parts.boundIn(style), module()));
    }

    @ParameterizedTest
    @EnumSource
    void theManagerIsBuiltWithWhatAnOverrideBinds(Style style) {
        Parts parts = new Parts();
        parts.areUsedBy(Guice.createInjector(Modules.override(module()).with(parts.boundIn(style))));
    }

    @ParameterizedTest
    @EnumSource
    void aProviderThatTheApplicationBindsIsAsked(Style style) {
        EniProvider empty = new EniProvider() {
            @Override
            public List<Eni> list() {
                return List.of();
            }

            @Override
            public Eni allocateNextEni(Endpoint endpoint) {
                throw new NoEniAvailableException(endpoint, Map.of(), Duration.ofSeconds(7));
            }

            @Override
            public void deallocateEni(Endpoint endpoint) {}

            @Override
            public void close() {}
        };
        Module application = binder -> style.bind(binder, EniProvider.class, empty);
        try (EniManager manager = Guice.createInjector(application, module()).getInstance(EniManager.class)) {
            assertThatExceptionOfType(NoEniAvailableException.class)
                    .isThrownBy(() -> manager.add("shop", "web"))
                    .returns(Duration.ofSeconds(7), NoEniAvailableException::retryAfter);
        }
    }
}
