package io.enim.provider.fake.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.enim.CheckReport.Difference;
import io.enim.Cidr;
import io.enim.DeviceException;
import io.enim.DeviceException.Kind;
import io.enim.EniAddress;
import io.enim.HostLink;
import io.enim.InterfaceName;
import io.enim.InvalidRequestException;
import io.enim.MacAddress;
import io.enim.provider.fake.device.DeviceFaults.Fault;
import io.enim.spi.Device;
import io.enim.spi.DeviceBaseline;
import io.enim.spi.DeviceEvent;
import io.enim.spi.LinkConfig;
import io.enim.spi.Netns;
import io.enim.spi.ReturnReport;
import io.enim.spi.ReturnReport.Location;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the kernel does with names, moves and dying namespaces, done in memory. */
class InMemoryDevicesTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final MacAddress MAC = new MacAddress(0x0200_0000_0001L);
    private static final MacAddress OTHER = new MacAddress(0x0200_0000_0002L);
    private static final LinkConfig LINK_CONFIG = new LinkConfig(
            new InterfaceName("eth0"), List.of(EniAddress.parse("10.0.0.7", "10.0.0.0/24", "10.0.0.1")), List.of());

    private final InMemoryDevices devices = new InMemoryDevices();

    @TempDir
    private Path directory = Path.of("");

    private Path sandbox = Path.of("");

    @BeforeEach
    void aSandboxAndADevice() {
        sandbox = directory.resolve("ns");
        devices.createSandbox(sandbox);
        devices.plugIn(MAC);
    }

    private Device hostDevice(MacAddress mac) {
        return devices.find(mac, TIMEOUT).orElseThrow();
    }

    private Device inside() {
        return devices.find(MAC, netns(), TIMEOUT).orElseThrow();
    }

    private Netns netns() {
        return devices.open(sandbox);
    }

    private Device moveIn() {
        return devices.moveIn(hostDevice(MAC), netns(), LINK_CONFIG, TIMEOUT);
    }

    private static void fails(Kind kind, ThrowingCallable call) {
        assertThatExceptionOfType(DeviceException.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind));
    }

    @Test
    void aMoveRenamesBringsUpAndFlushes() {
        devices.modifyDevice(MAC, device -> device.addresses.addAll(LINK_CONFIG.addresses()));

        Device moved = moveIn();

        assertThat(moved.name()).isEqualTo("eth0");
        assertThat(moved.up()).isTrue();
        assertThat(devices.whereIs(MAC)).contains(sandbox);
        assertThat(devices.inspect(MAC, netns(), LINK_CONFIG, TIMEOUT)).hasSize(1);
        devices.configure(moved, netns(), LINK_CONFIG, TIMEOUT);
        devices.configure(moved, netns(), LINK_CONFIG, TIMEOUT);
        assertThat(devices.inspect(MAC, netns(), LINK_CONFIG, TIMEOUT)).isEmpty();
    }

    @Test
    void aHostLinkIsMadeWithTheConfigurationAndEndsWithTheReturnOrTheSandbox() {
        HostLink link = new HostLink(List.of(Cidr.parse("10.96.0.0/12")), List.of());
        LinkConfig config = new LinkConfig(
                LINK_CONFIG.name(),
                LINK_CONFIG.addresses(),
                LINK_CONFIG.routes(),
                OptionalInt.empty(),
                Optional.of(link));
        DeviceBaseline baseline = hostDevice(MAC).baseline();
        devices.configure(moveIn(), netns(), LINK_CONFIG, TIMEOUT);
        assertThat(devices.inspect(MAC, netns(), config, TIMEOUT))
                .extracting(Difference::what)
                .containsExactly("host link");
        devices.configure(inside(), netns(), config, TIMEOUT);
        assertThat(devices.inspect(MAC, netns(), config, TIMEOUT)).isEmpty();
        assertThat(devices.hostLinks(TIMEOUT)).containsExactly(MAC);
        devices.returnToHost(baseline, Optional.of(netns()), TIMEOUT);
        assertThat(devices.hostLinks(TIMEOUT)).isEmpty();

        devices.configure(moveIn(), netns(), config, TIMEOUT);
        devices.killSandbox(sandbox);
        assertThat(devices.hostLinks(TIMEOUT)).isEmpty();
    }

    @Test
    void oldNameTakenAndNewNameFreeMoves() {
        devices.plugIn(sandbox, hostDevice(MAC).name(), OTHER);

        assertThat(moveIn().name()).isEqualTo("eth0");
    }

    /** Where the old name is free it has moved, as in the kernel, and is not renamed. */
    @ParameterizedTest
    @CsvSource({
        "eth0, alternative, true", // the new name is taken
        "eth1, eth0, true", // it is the device's own alternative name
        "clash, clash, false", // an alternative name is taken
        "old and eth0, alternative, false"
    })
    void aNameThatIsTakenFailsAfterOrBeforeTheMove(String taken, String alternative, boolean isMoved) {
        String before = hostDevice(MAC).name();
        devices.modifyDevice(MAC, device -> device.altNames.add(alternative));
        if (taken.equals("old and eth0")) {
            devices.plugIn(sandbox, before, new MacAddress(0x0200_0000_0003L));
        }
        devices.plugIn(sandbox, taken.replace("old and ", ""), OTHER);

        fails(Kind.NAME_TAKEN, this::moveIn);

        assertThat(devices.whereIs(MAC)).contains(isMoved ? sandbox : Path.of("/"));
        if (isMoved) {
            assertThat(inside().name()).isEqualTo(before);
            assertThat(inside().up()).isFalse();
        }
    }

    @Test
    void p13_whatATenantLeftIsPutRight() {
        Device before = hostDevice(MAC);
        Device moved = moveIn();
        devices.configure(moved, netns(), LINK_CONFIG, TIMEOUT);
        devices.rename(MAC, "mine");
        devices.modifyDevice(MAC, device -> {
            device.mac = OTHER;
            device.mtu = 9000;
            device.alias = "owned";
            device.altNames.add("alt");
            device.flags.add("promisc");
            device.group = 7;
        });

        ReturnReport returnReport = devices.returnToHost(before.baseline(), Optional.of(netns()), TIMEOUT);

        assertThat(returnReport.foundIn()).isEqualTo(Location.SANDBOX);
        assertThat(returnReport.isVerified()).isTrue();
        assertThat(returnReport.repaired()).hasSize(6);
        assertThat(hostDevice(MAC)).isEqualTo(before);
        assertThat(devices.returnToHost(before.baseline(), Optional.empty(), TIMEOUT)
                        .repaired())
                .isEmpty();
    }

    @Test
    void aDeadSandboxGivesItsHardwareBackAsTheTenantLeftIt() {
        moveIn();
        devices.plugIn(sandbox, "veth0", OTHER);
        MacAddress spoofed = new MacAddress(0x0200_0000_0009L);
        devices.modifyDevice(MAC, device -> {
            device.mac = spoofed;
            device.mtu = 1400;
            device.alias = "mine";
        });
        List<DeviceEvent> heard = new ArrayList<>();
        devices.watch(heard::add);

        devices.killSandbox(sandbox);

        Device fallen = hostDevice(MAC);
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

        assertThat(hostDevice(MAC).name()).isEqualTo("dev" + moved.ifindex());
    }

    @Test
    void aNameTakenOnTheHostIsReplacedByOneOfTheMac() {
        Device before = hostDevice(MAC);
        moveIn();
        devices.plugInProtected(before.name(), OTHER);

        ReturnReport returnReport = devices.returnToHost(before.baseline(), Optional.of(netns()), TIMEOUT);

        assertThat(returnReport.isVerified()).isTrue();
        assertThat(hostDevice(MAC).name()).isEqualTo("e020000000001");
    }

    @Test
    void restoreOnHostLeavesADeviceInAnotherNamespaceAlone() {
        Device before = hostDevice(MAC);
        moveIn();

        assertThat(devices.restoreOnHost(before.baseline(), TIMEOUT).foundIn()).isEqualTo(Location.NOT_FOUND);
        assertThat(devices.whereIs(MAC)).contains(sandbox);
    }

    @Test
    void p9_protectedAndAmbiguousDevicesAreNotTouched() {
        devices.plugInProtected("wan0", OTHER);
        fails(Kind.PROTECTED, () -> hostDevice(OTHER));
        devices.plugIn(MAC);
        fails(Kind.AMBIGUOUS, () -> hostDevice(MAC));
    }

    @Test
    void pathsThatAreNoNamespaceAreRefused() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));

        assertThat(List.of(file, directory.resolve("missing"), Path.of("/")))
                .allSatisfy(path ->
                        assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> devices.open(path)));
    }

    @Test
    void aSandboxThatDiedAndCameAgainIsAnother() {
        Netns old = netns();
        devices.killSandbox(sandbox);
        devices.createSandbox(sandbox);

        fails(Kind.NAMESPACE_GONE, () -> devices.moveIn(hostDevice(MAC), old, LINK_CONFIG, TIMEOUT));
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
        fails(Kind.NOT_FOUND, () -> devices.awaitOnHost(OTHER, Duration.ZERO));
        CompletableFuture<Device> waiting = CompletableFuture.supplyAsync(() -> devices.awaitOnHost(OTHER, TIMEOUT));

        devices.plugIn(OTHER);

        assertThat(waiting.join().mac()).isEqualTo(OTHER);
    }
}
