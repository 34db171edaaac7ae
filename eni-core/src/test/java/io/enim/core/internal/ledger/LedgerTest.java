package io.enim.core.internal.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.enim.Assignment;
import io.enim.Assignment.Phase;
import io.enim.Assignment.Sandbox;
import io.enim.Cidr;
import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniAddress;
import io.enim.EniState;
import io.enim.HostLink;
import io.enim.LedgerException;
import io.enim.LinkOptions;
import io.enim.MacAddress;
import io.enim.Route;
import io.enim.core.internal.records.Disk;
import io.enim.core.internal.records.Durability;
import io.enim.core.internal.records.RecordStore;
import io.enim.spi.DeviceBaseline;
import io.enim.spi.NamespaceId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerTest {
    static final Endpoint WEB = Endpoint.of("default", "web", "c1");
    private static final HostLink HOST_LINK = new HostLink(
            List.of(Cidr.parse("10.96.0.0/12"), Cidr.parse("fd00:96::/108")), List.of(Cidr.parse("10.0.0.5/32")));
    private static final MacAddress MAC = MacAddress.parse("02:00:00:00:00:01");
    private static final Optional<EniAddress> IPV4 =
            Optional.of(EniAddress.parse("10.0.3.7", "10.0.3.0/24", "10.0.3.1"));

    @TempDir
    private Path temporary;

    private Path directory() {
        return temporary.resolve("assignments");
    }

    private RecordStore records() {
        return RecordStore.open(Disk.OF_THE_MACHINE, directory(), Durability.PROCESS, Clock.systemUTC());
    }

    private Ledger open(String boot) {
        return Ledger.open(records(), boot);
    }

    static Assignment assignment(Endpoint endpoint) {
        Optional<EniAddress> ipv6 = Optional.of(EniAddress.parse("2001:db8::7", "2001:db8::/64", "fe80::1"));
        Eni eni = new Eni(
                "eni-1",
                MAC,
                IPV4,
                ipv6,
                "subnet-1",
                3,
                OptionalInt.of(8950),
                EniState.IN_USE,
                Optional.of(endpoint),
                "");
        Sandbox sandbox = new Sandbox(Path.of("/run/netns/x y"), new NamespaceId(4, 4026532001L, 99));
        Optional<String> address = Optional.of("pci 0000:00:05.0");
        DeviceBaseline baseline = new DeviceBaseline(
                MAC, "eni1", 7, 9001, 1000, 0, Map.of("gso_max_size", 65536), address, Optional.of("veth"));
        List<Route> routes = List.of(
                Route.to(Cidr.parse("10.9.0.0/16")), Route.via(Cidr.parse("::/0"), Cidr.parseAddress("fe80::2")));
        return new Assignment(
                endpoint,
                eni,
                Phase.ADDING,
                Optional.of(sandbox),
                Optional.of(baseline),
                routes,
                new LinkOptions(OptionalInt.of(1400), false).withHostLink(HOST_LINK),
                Map.of("cni.network", "pods = \u00e9", "z", ""),
                Instant.parse("2026-01-02T03:04:05.678Z"),
                "a reason = with \n odd text");
    }

    @Test
    void p5_anAssignmentIsReadBackAsItWasWritten() {
        Assignment written = assignment(WEB);
        try (Ledger ledger = open("boot-1")) {
            ledger.put(written);
        }
        try (Ledger again = open("boot-1")) {
            assertThat(again.get(WEB)).contains(written);
            assertThat(again.notes()).isEmpty();
        }
    }

    @Test
    void whatIsOptionalMayBeAbsent() {
        Optional<Sandbox> none = Optional.empty();
        Eni eni = new Eni("eni-1", MAC, IPV4, Optional.empty(), "", 0, EniState.IN_USE, Optional.of(WEB), "");
        Assignment bare = new Assignment(
                WEB, eni, Phase.QUARANTINED, none, Optional.empty(), List.of(), Map.of(), Instant.EPOCH, "");
        assertThat(AssignmentCodec.decode(AssignmentCodec.encode(bare))).isEqualTo(bare);
    }

    @Test
    void p5_recordsOfTheReleaseBeforeAndAfterLabelsAreRead() {
        Assignment written = assignment(WEB);
        Map<String, String> before = AssignmentCodec.encode(written);
        assertThat(before.keySet().removeIf(field -> field.startsWith("label.")))
                .isTrue();
        Assignment read = AssignmentCodec.decode(before);
        assertThat(read.labels()).isEmpty();
        assertThat(read.withLabels(written.labels())).isEqualTo(written);

        assertThat(before.keySet().removeIf(field -> field.startsWith("link."))).isTrue();
        assertThat(AssignmentCodec.decode(before).link()).isEqualTo(LinkOptions.DEFAULT);

        Map<String, String> after = AssignmentCodec.encode(written);
        after.put("field.of.a.later.release", "x");
        assertThat(AssignmentCodec.decode(after)).isEqualTo(written);
    }

    @Test
    void p5_p16_whatAnEarlierAddGotIsReadBackUntilTheEndpointsNextRecord() {
        Assignment earlier = assignment(WEB).in(Phase.ADDED, "");
        try (Ledger ledger = open("boot-1")) {
            ledger.putOver(earlier, assignment(WEB));
        }
        try (Ledger again = open("boot-1")) {
            assertThat(again.get(WEB)).contains(assignment(WEB));
            assertThat(again.earlier(WEB)).contains(earlier);
            again.put(assignment(WEB).in(Phase.DELETING, ""));
        }
        try (Ledger last = open("boot-1")) {
            assertThat(last.earlier(WEB)).isEmpty();
        }
    }

    @Test
    void p4_twoLivesOfOneNameHaveTwoRecords() {
        Endpoint next = Endpoint.of("default", "web", "c2");
        try (Ledger ledger = open("boot-1")) {
            ledger.put(assignment(WEB));
            ledger.put(assignment(next));
            ledger.remove(WEB);
            ledger.remove(WEB);
            assertThat(ledger.all()).extracting(Assignment::endpoint).containsExactly(next);
        }
    }

    @Test
    void assignmentsEndWithTheBootAndAreSetAsideNotErased() throws IOException {
        try (Ledger ledger = open("boot-1")) {
            ledger.put(assignment(WEB));
        }
        try (Ledger after = open("boot-2")) {
            assertThat(after.all()).isEmpty();
            assertThat(after.notes()).singleElement().asString().contains("boot-1");
        }
        assertThat(setAside()).hasSize(1);
    }

    @Test
    void f3_aRecordThatCannotBeIsSetAsideAndReportedAndTheOthersCount() throws IOException {
        try (RecordStore directory = records()) {
            directory.put("half", Map.of("boot", "boot-1", "endpoint.name", "web"));
            directory.put("odd", Map.of("boot", "boot-1", "phase", "WHATEVER"));
        }
        try (Ledger ledger = open("boot-1")) {
            ledger.put(assignment(WEB));
        }
        try (Ledger again = open("boot-1")) {
            assertThat(again.all()).hasSize(1);
        }
        assertThat(setAside()).hasSize(2);
    }

    @Test
    void p1_aCopiedRecordDoesNotCountTwice() {
        try (RecordStore directory = records()) {
            Map<String, String> fields = AssignmentCodec.encode(assignment(WEB));
            fields.put("boot", "boot-1");
            directory.put("copy", fields);
        }
        try (Ledger ledger = open("boot-1")) {
            assertThat(ledger.all()).isEmpty();
            assertThat(ledger.notes()).singleElement().asString().contains("whose file is another");
        }
    }

    @Test
    void memoryNeverShowsWhatTheDiskRefused() throws IOException {
        try (Ledger ledger = open("boot-1")) {
            ledger.put(assignment(WEB));
            Assignment refused = assignment(WEB).in(Phase.ADDED, "");
            Path moved = temporary.resolve("elsewhere");
            Files.move(directory(), moved);
            assertThatThrownBy(() -> ledger.put(refused)).isInstanceOf(LedgerException.class);
            assertThat(ledger.get(WEB).orElseThrow().phase()).isEqualTo(Phase.ADDING);
            assertThat(ledger.failure()).isPresent();
            Files.move(moved, directory());
            ledger.put(refused);
            assertThat(ledger.failure()).isEmpty();
        }
    }

    @Test
    void twoProcessesOnOneDirectoryAreRefused() {
        try (Ledger ledger = open("boot-1")) {
            assertThat(ledger.all()).isEmpty();
            assertThatThrownBy(() -> open("boot-1"))
                    .isInstanceOf(LedgerException.class)
                    .hasMessageContaining(Long.toString(ProcessHandle.current().pid()));
        }
    }

    private List<Path> setAside() throws IOException {
        try (Stream<Path> files = Files.list(directory().resolve("set-aside"))) {
            return files.toList();
        }
    }
}
