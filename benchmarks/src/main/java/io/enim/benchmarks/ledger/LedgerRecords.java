// SPDX-License-Identifier: Apache-2.0
package io.enim.benchmarks.ledger;

import static java.util.Objects.requireNonNull;

import io.enim.Assignment;
import io.enim.Assignment.Phase;
import io.enim.Assignment.Sandbox;
import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniAddress;
import io.enim.EniState;
import io.enim.MacAddress;
import io.enim.benchmarks.jmh.MicroBenchmark;
import io.enim.benchmarks.jmh.ScratchDirectory;
import io.enim.core.internal.ledger.Ledger;
import io.enim.core.internal.records.Disk;
import io.enim.core.internal.records.Durability;
import io.enim.core.internal.records.RecordStore;
import io.enim.spi.DeviceBaseline;
import io.enim.spi.NamespaceId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Writes one assignment beside others, and reads all of them as a start does. */
@State(Scope.Benchmark)
public class LedgerRecords extends MicroBenchmark {
    private static final String BOOT = "00000000-0000-4000-8000-000000000001";

    @Param({"10", "1000"})
    private int assignments;

    private final Assignment again = assignment(0);
    private @Nullable ScratchDirectory scratch;
    private @Nullable Ledger ledger;
    private @Nullable PlainFiles files;

    @Setup
    public void fill() throws IOException {
        scratch = ScratchDirectory.create();
        ledger = open("written");
        files = new PlainFiles(scratch.path().resolve("floor"));
        try (Ledger read = open("read")) {
            for (int i = 0; i < assignments; i++) {
                ledger.put(assignment(i));
                read.put(assignment(i));
                files.write("record-" + i);
            }
        }
    }

    private Ledger open(String name) {
        Path directory = requireNonNull(scratch).path().resolve(name);
        return Ledger.open(
                RecordStore.open(Disk.OF_THE_MACHINE, directory, Durability.PROCESS, Clock.systemUTC()), BOOT);
    }

    private static Assignment assignment(int i) {
        Endpoint endpoint = Endpoint.of("default", "pod-" + i, "container-" + i);
        MacAddress mac = new MacAddress(0x0200_5e30_0000L + i);
        Eni eni = new Eni(
                "eni-" + i,
                mac,
                Optional.of(EniAddress.parse("10.0." + (i >> 8) + "." + (i & 255), "10.0.0.0/16", "10.0.255.254")),
                Optional.empty(),
                "subnet-1",
                i + 1,
                OptionalInt.of(8950),
                EniState.IN_USE,
                Optional.of(endpoint),
                "");
        DeviceBaseline baseline = new DeviceBaseline(
                mac, "eni" + i, i + 2, 9001, 1000, 0, Map.of(), Optional.of("pci/" + i), Optional.empty());
        Sandbox sandbox = new Sandbox(Path.of("/run/netns/pod-" + i), new NamespaceId(4, 4_026_532_000L + i, 0));
        return new Assignment(
                endpoint,
                eni,
                Phase.ADDED,
                Optional.of(sandbox),
                Optional.of(baseline),
                List.of(),
                Map.of(),
                Instant.EPOCH,
                "");
    }

    @Benchmark
    public void write() {
        requireNonNull(ledger).put(again);
    }

    @Benchmark
    public void writeFloor() throws IOException {
        requireNonNull(files).write("record-0");
    }

    @Benchmark
    public int restart() {
        try (Ledger read = open("read")) {
            return read.size();
        }
    }

    @Benchmark
    public long restartFloor() throws IOException {
        return requireNonNull(files).read();
    }

    @TearDown
    public void end() throws IOException {
        requireNonNull(ledger).close();
        requireNonNull(scratch).close();
    }
}
