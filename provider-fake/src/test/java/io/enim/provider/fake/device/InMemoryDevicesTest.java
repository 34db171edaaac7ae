package io.enim.provider.fake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.enim.DeviceException;
import io.enim.DeviceException.Kind;
import io.enim.EniAddress;
import io.enim.InterfaceName;
import io.enim.InvalidRequestException;
import io.enim.MacAddress;
import io.enim.provider.fake.MemoryFaults.Fault;
import io.enim.spi.Device;
import io.enim.spi.DeviceEvent;
import io.enim.spi.Homecoming;
import io.enim.spi.Homecoming.Place;
import io.enim.spi.LinkPlan;
import io.enim.spi.Netns;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the kernel does with names, moves and dying namespaces, done in memory. */
class MemoryDevicesTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final MacAddress MAC = new MacAddress(0x0200_0000_0001L);
    private static final MacAddress OTHER = new MacAddress(0x0200_0000_0002L);
    private static final LinkPlan PLAN = new LinkPlan(
            new InterfaceName("eth0"), List.of(EniAddress.parse("10.0.0.7", "10.0.0.0/24", "10.0.0.1")), List.of());

    private final MemoryDevices devices = new MemoryDevices();

    @TempDir
    private Path directory = Path.of("");

    private Path sandbox = Path.of("");

    @BeforeEach
    void aSandboxAndADevice() {
        sandbox = directory.resolve("ns");
        devices.createSandbox(sandbox);
        devices.plugIn(MAC);
    }

    private Device home(MacAddress mac) {
        return devices.find(mac, TIMEOUT).orElseThrow();
    }

    private Device inside() {
        return devices.find(MAC, netns(), TIMEOUT).orElseThrow();
    }

    private Netns netns() {
        return devices.open(sandbox);
    }

    private Device moveIn() {
        return devices.moveIn(home(MAC), netns(), PLAN, TIMEOUT);
    }

    private static void fails(Kind kind, ThrowingCallable call) {
        assertThatExceptionOfType(DeviceException.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind));
    }

    @Test
    void aMoveRenamesBringsUpAndFlushes() {
        devices.tenant(MAC, device -> device.addresses.addAll(PLAN.addresses()));

        Device moved = moveIn();

        assertThat(moved.name()).isEqualTo("eth0");
        assertThat(moved.up()).isTrue();
        assertThat(devices.whereIs(MAC)).contains(sandbox);
        assertThat(devices.inspect(MAC, netns(), PLAN, TIMEOUT)).hasSize(1);
        devices.configure(moved, netns(), PLAN, TIMEOUT);
        devices.configure(moved, netns(), PLAN, TIMEOUT);
        assertThat(devices.inspect(MAC, netns(), PLAN, TIMEOUT)).isEmpty();
    }

    @Test
    void oldNameFreeAndNewNameTakenMovesAndThenFails() {
        String before = home(MAC).name();
        devices.plugIn(sandbox, "eth0", OTHER);

        fails(Kind.NAME_TAKEN, this::moveIn);

        assertThat(inside().name()).isEqualTo(before);
        assertThat(inside().up()).isFalse();
    }

    @Test
    void oldNameTakenAndNewNameFreeMoves() {
        devices.plugIn(sandbox, home(MAC).name(), OTHER);

        assertThat(moveIn().name()).isEqualTo("eth0");
    }

    @Test
    void bothNamesTakenDoesNotMove() {
        devices.plugIn(sandbox, home(MAC).name(), OTHER);
        devices.plugIn(sandbox, "eth0", new MacAddress(0x0200_0000_0003L));

        fails(Kind.NAME_TAKEN, this::moveIn);

        assertThat(devices.whereIs(MAC)).contains(Path.of("/"));
    }

    @Test
    void aNameThatIsTheDevicesOwnAlternativeNameFailsAfterTheMove() {
        devices.tenant(MAC, device -> device.altNames.add("eth0"));

        fails(Kind.NAME_TAKEN, this::moveIn);

        assertThat(devices.whereIs(MAC)).contains(sandbox);
    }

    @Test
    void anAlternativeNameThatClashesDoesNotMove() {
        devices.tenant(MAC, device -> device.altNames.add("clash"));
        devices.plugIn(sandbox, "clash", OTHER);

        fails(Kind.NAME_TAKEN, this::moveIn);

        assertThat(devices.whereIs(MAC)).contains(Path.of("/"));
    }

    @Test
    void p13_whatATenantLeftIsPutRight() {
        Device before = home(MAC);
        Device moved = moveIn();
        devices.configure(moved, netns(), PLAN, TIMEOUT);
        devices.rename(MAC, "mine");
        devices.tenant(MAC, device -> {
            device.mac = OTHER;
            device.mtu = 9000;
            device.alias = "owned";
            device.altNames.add("alt");
            device.flags.add("promisc");
            device.group = 7;
        });

        Homecoming homecoming = devices.bringHome(before.homeState(), Optional.of(netns()), TIMEOUT);

        assertThat(homecoming.foundIn()).isEqualTo(Place.SANDBOX);
        assertThat(homecoming.isVerified()).isTrue();
        assertThat(homecoming.mended()).hasSize(6);
        assertThat(home(MAC)).isEqualTo(before);
        assertThat(devices.bringHome(before.homeState(), Optional.empty(), TIMEOUT)
                        .mended())
                .isEmpty();
    }

    @Test
    void aDeadSandboxGivesItsHardwareBackAsTheTenantLeftIt() {
        moveIn();
        devices.plugIn(sandbox, "veth0", OTHER);
        MacAddress spoofed = new MacAddress(0x0200_0000_0009L);
        devices.tenant(MAC, device -> {
            device.mac = spoofed;
            device.mtu = 1400;
            device.alias = "mine";
        });
        List<DeviceEvent> heard = new ArrayList<>();
        devices.watch(heard::add);

        devices.killSandbox(sandbox);

        Device fallen = home(MAC);
        assertThat(fallen.name()).isEqualTo("eth0");
        assertThat(fallen.up()).isFalse();
        assertThat(fallen.mac()).isEqualTo(spoofed);
        assertThat(fallen.mtu()).isEqualTo(1400);
        assertThat(fallen.alias()).contains("mine");
        assertThat(devices.whereIs(OTHER)).as("a virtual device dies").isEmpty();
        assertThat(heard).extracting(DeviceEvent::kind).contains(DeviceEvent.Kind.NAMESPACE_GONE);
        assertThat(Files.exists(sandbox)).isFalse();
    }

    @Test
    void aDeadSandboxsDeviceWhoseNameIsTakenIsCalledByItsIndex() {
        Device moved = moveIn();
        devices.plugInProtected("eth0", OTHER);

        devices.killSandbox(sandbox);

        assertThat(home(MAC).name()).isEqualTo("dev" + moved.ifindex());
    }

    @Test
    void aNameTakenAtHomeIsReplacedByOneOfTheMac() {
        Device before = home(MAC);
        moveIn();
        devices.plugInProtected(before.name(), OTHER);

        Homecoming homecoming = devices.bringHome(before.homeState(), Optional.of(netns()), TIMEOUT);

        assertThat(homecoming.isVerified()).isTrue();
        assertThat(home(MAC).name()).isEqualTo("e020000000001");
    }

    @Test
    void cleanAtHomeLeavesADeviceElsewhereAlone() {
        Device before = home(MAC);
        moveIn();

        assertThat(devices.cleanAtHome(before.homeState(), TIMEOUT).foundIn()).isEqualTo(Place.NOWHERE);
        assertThat(devices.whereIs(MAC)).contains(sandbox);
    }

    @Test
    void p9_protectedAndAmbiguousDevicesAreNotTouched() {
        devices.plugInProtected("wan0", OTHER);
        fails(Kind.PROTECTED, () -> home(OTHER));
        devices.plugIn(MAC);
        fails(Kind.AMBIGUOUS, () -> home(MAC));
    }

    @Test
    void pathsThatAreNoNamespaceAreRefused() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));

        assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> devices.open(file));
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> devices.open(directory.resolve("missing")));
        assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> devices.open(Path.of("/")));
    }

    @Test
    void aSandboxThatDiedAndCameAgainIsAnother() {
        Netns old = netns();
        devices.killSandbox(sandbox);
        devices.createSandbox(sandbox);

        fails(Kind.NAMESPACE_GONE, () -> devices.moveIn(home(MAC), old, PLAN, TIMEOUT));
    }

    @Test
    void faultsComeBeforeOrAfterTheEffect() {
        devices.faults().next("moveIn", Fault.BEFORE, Fault.AFTER);

        fails(Kind.KERNEL, this::moveIn);
        assertThat(devices.whereIs(MAC)).contains(Path.of("/"));
        fails(Kind.TIMEOUT, this::moveIn);
        assertThat(devices.whereIs(MAC)).contains(sandbox);
    }

    @Test
    void awaitEndsWhenTheDeviceComes() {
        fails(Kind.NOT_FOUND, () -> devices.await(OTHER, Duration.ZERO));
        CompletableFuture<Device> waiting = CompletableFuture.supplyAsync(() -> devices.await(OTHER, TIMEOUT));

        devices.plugIn(OTHER);

        assertThat(waiting.join().mac()).isEqualTo(OTHER);
    }
}
