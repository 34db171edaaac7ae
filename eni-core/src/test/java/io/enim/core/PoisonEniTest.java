package io.enim.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.enim.Cidr;
import io.enim.DeviceException;
import io.enim.DeviceException.Kind;
import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniManager;
import io.enim.EniSetting;
import io.enim.EniState;
import io.enim.InvalidRequestException;
import io.enim.MacAddress;
import io.enim.Route;
import io.enim.provider.EniProvider;
import io.enim.spi.Device;
import io.enim.spi.NetworkDevices;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** ENIs that fail each ADD that gets them, beside good ones: of each kind of error, as many as leave one good one. */
final class PoisonEniTest {
    private static final int ENIS = 4;

    @RegisterExtension
    private final TestNode node = new TestNode(ENIS);

    private final Set<MacAddress> poison = ConcurrentHashMap.newKeySet();
    private final Set<String> withoutIpv6 = ConcurrentHashMap.newKeySet();
    private Kind kind = Kind.AMBIGUOUS;
    private boolean failsChecks;

    /** In place of that of the devices. */
    public Optional<Device> find(MacAddress mac, Duration timeout) {
        if (poison.contains(mac) && (failsChecks || isOperation())) {
            throw new DeviceException(kind, "find", mac.toString(), "scripted");
        }
        return node.devices().find(mac, timeout);
    }

    private static boolean isOperation() {
        return Thread.currentThread().getName().contains("operation");
    }

    /** What the pool hands out, but some without their IPv6 address. */
    private final class Pool {
        private final EniProvider pool;

        Pool(EniProvider pool) {
            this.pool = pool;
        }

        @SuppressWarnings("unused") // in place of the pool's
        public Eni allocateNextEni(Endpoint endpoint) {
            Eni eni = pool.allocateNextEni(endpoint);
            return withoutIpv6.contains(eni.id())
                    ? new Eni(
                            eni.id(),
                            eni.mac(),
                            eni.ipv4(),
                            Optional.empty(),
                            eni.subnetId(),
                            eni.number(),
                            eni.state(),
                            eni.holder(),
                            eni.reason())
                    : eni;
        }
    }

    private EniManager start() {
        return node.set(EniSetting.DEVICE_TIMEOUT, "200ms")
                .aroundDevices(devices -> Overriding.methods(NetworkDevices.class, devices, this))
                .aroundProvider(pool -> Overriding.methods(EniProvider.class, pool, new Pool(pool)))
                .startWarm(ENIS);
    }

    static Stream<Arguments> kinds() {
        return Stream.of(Kind.AMBIGUOUS, Kind.PROTECTED, Kind.NOT_FOUND, Kind.DIRTY)
                .flatMap(kind -> Stream.of(true, false)
                        .flatMap(failsChecks ->
                                Stream.of(1, 2, ENIS - 1).map(bad -> Arguments.of(kind, failsChecks, bad))));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void p15_noAddFailsWhileAGoodEniIsFree(Kind error, boolean alsoFailsChecks, int bad) {
        kind = error;
        failsChecks = alsoFailsChecks;
        EniManager manager = start();
        List<MacAddress> macs =
                new ArrayList<>(node.enis(EniState.READY).stream().map(Eni::mac).toList());
        poison.addAll(macs.subList(0, bad));
        for (int i = 0; i < 8; i++) {
            await().until(() -> node.enis(EniState.READY).stream().anyMatch(eni -> !poison.contains(eni.mac())));
            Endpoint endpoint = node.add("web-" + i).endpoint();
            assertThat(manager.assignments()).hasSize(1);
            manager.del(endpoint);
        }
    }

    @Test
    void p15_aPoisonEniIsNamedByHealthWithdrawnAndBackOnceItsDeviceIsGood() {
        failsChecks = true;
        EniManager manager = start();
        node.enis(EniState.READY).forEach(eni -> poison.add(eni.mac()));
        assertThatThrownBy(() -> node.add("web"))
                .isInstanceOf(DeviceException.class)
                .hasMessageContaining("scripted");
        assertThat(manager.assignments()).isEmpty();
        await().until(() -> TestNode.count(manager, EniState.READY) == 0);
        await().untilAsserted(() -> assertThat(manager.health().reasons())
                .filteredOn(reason -> reason.contains("scripted"))
                .hasSize(ENIS));
        poison.clear();
        node.awaitFree(manager, ENIS);
    }

    @Test
    void p15_aRequestThatSomeEnisDoNotFitGetsOneThatFits() {
        EniManager manager = start();
        List<Eni> enis = node.enis(EniState.READY);
        enis.subList(1, ENIS).forEach(eni -> withoutIpv6.add(eni.id()));
        Route ipv6 = Route.to(Cidr.parse("2001:db8:1::/64"));
        assertThat(manager.add(node.request("web").route(ipv6).build()).eni().id())
                .isEqualTo(enis.get(0).id());
        assertThatThrownBy(() -> manager.add(node.request("cart").route(ipv6).build()))
                .isInstanceOf(InvalidRequestException.class);
        assertThat(TestNode.count(manager, EniState.READY)).isEqualTo(ENIS - 1);
        Set<String> used = new HashSet<>();
        for (int i = 1; i < ENIS; i++) {
            used.add(node.add("v4-" + i).eni().id());
        }
        assertThat(used).hasSize(ENIS - 1);
    }
}
