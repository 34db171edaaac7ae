package io.enim.examples.agent.testing;

import io.enim.AddRequest;
import io.enim.CloudCalls;
import io.enim.CloudCalls.Budget;
import io.enim.CloudCalls.Ended;
import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniAddress;
import io.enim.EniState;
import io.enim.Health;
import io.enim.Heartbeat;
import io.enim.MacAddress;
import io.enim.OperationStatus;
import io.enim.TimelineEntry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * A node on an ordinary bad day, the same each time: ENIs in every state, ADDs that wait, a call to the cloud under way. What pictures in
 * tests and pages show.
 */
public final class StagedNode {
    public static final String NAME = "node-7.eu-1";
    /** When its picture is taken. */
    public static final Instant NOW = Instant.parse("2026-03-14T09:26:53Z");

    private static final List<String> APPLICATIONS = List.of(
            "shop/cart",
            "shop/checkout",
            "pay/ledger",
            "search/query",
            "search/indexer",
            "media/transcoder",
            "infra/gateway");

    private StagedNode() {}

    /** Four ENIs, of at most six: two in use, one free, one in quarantine. */
    public static InMemoryManager ofFour() {
        InMemoryManager manager = node(4, 2, 6);
        manager.showEnisAs(eni -> eni.number() == 4
                ? eni.in(
                        EniState.QUARANTINED,
                        Optional.of(pod(40)),
                        "its device was found in no namespace; it is looked for again within 30 s")
                : eni);
        manager.setHealth(new Health(
                Health.Status.DEGRADED,
                List.of(eniId(4) + " is quarantined with " + pod(40)
                        + ": its device was found in no namespace; it is looked for again within 30 s")));
        manager.operate(List.of(
                running(pod(50), "ADD", "ADD_MOVE_IN", 9, 210),
                running(pod(1), "DEL", "DEL_RETURN_TO_HOST", 1250, 1260)));
        manager.callCloud(new CloudCalls(
                List.of(),
                List.of(ended("describe", 41, 0, ""), ended("create", 4, 0, ""), ended("attach", 4, 1, "THROTTLED")),
                budgets(20, 12)));
        return manager;
    }

    /** Sixty-four ENIs, as many as it may have: fifty-two in use, and some in each other state. */
    public static InMemoryManager ofSixtyFour() {
        InMemoryManager manager = node(64, 53, 64);
        manager.showEnisAs(StagedNode::crowded);
        manager.setHealth(new Health(
                Health.Status.DEGRADED,
                List.of(
                        eniId(17) + " is quarantined with " + pod(17)
                                + ": devices of other namespaces are stacked on its device: macvlan0 in /proc/4711/ns/net",
                        "the cloud answers THROTTLED to attach (3 times, held back for 7 s): Request limit exceeded",
                        eniId(61)
                                + ": its device is not on the host after 150 s; the cloud says that it is attached")));
        List<OperationStatus> operations = new ArrayList<>(List.of(
                running(pod(70), "ADD", "ADD_CONFIGURE", 3, 95),
                running(pod(31), "DEL", "DEL_RETURN_TO_HOST", 410, 415),
                running(pod(17), "DEL", "DEL_RETURN_TO_HOST", 8_300, 8_310)));
        for (int i = 1; i <= 9; i++) {
            long waits = 14_000L - 1_300L * i;
            operations.add(running(pod(70 + i), "ADD", "", 0, waits + 2).waitsAt(i, Duration.ofMillis(waits)));
        }
        operations.add(running(pod(31), "ADD", OperationStatus.QUEUED, 120, 120));
        manager.operate(operations);
        manager.callCloud(new CloudCalls(
                List.of(
                        new CloudCalls.UnderWay("attach", eniId(62), Duration.ofMillis(2_700)),
                        new CloudCalls.UnderWay("detach", eniId(64), Duration.ofMillis(900))),
                List.of(
                        ended("describe", 1_204, 2, "UNAVAILABLE"),
                        ended("create", 71, 0, ""),
                        ended("attach", 68, 9, "THROTTLED"),
                        ended("detach", 6, 0, ""),
                        ended("delete", 6, 0, "")),
                budgets(3.4, 128)));
        return manager;
    }

    private static Eni crowded(Eni eni) {
        return switch (eni.number()) {
            case 17 ->
                eni.in(
                        EniState.QUARANTINED,
                        Optional.of(pod(17)),
                        "devices of other namespaces are stacked on its device: macvlan0 in /proc/4711/ns/net");
            case 58, 59, 60 -> eni.in(EniState.RECYCLING, Optional.empty(), "");
            case 61 -> eni.in(EniState.QUARANTINED, Optional.empty(), "its device is not on the host after 150 s");
            case 62, 63 -> eni.in(EniState.ATTACHING, Optional.empty(), "");
            case 64 -> eni.in(EniState.DETACHING, Optional.empty(), "");
            default -> eni;
        };
    }

    private static InMemoryManager node(int enis, int held, int capacity) {
        InMemoryManager manager = InMemoryManager.of(
                IntStream.rangeClosed(1, enis).mapToObj(StagedNode::eni).toList());
        manager.allow(OptionalInt.of(capacity));
        for (int i = 1; i <= held; i++) {
            manager.setTime(NOW.minusSeconds(37L * i * i + 5));
            manager.add(AddRequest.forEndpoint(pod(i))
                    .netns(Path.of("/run/netns/cni-" + pod(i).containerId().substring(0, 8)))
                    .build());
        }
        manager.beat(new Heartbeat(Heartbeat.Kind.LOOP, "the pool's rounds", "rests", Duration.ofSeconds(12), false));
        manager.beat(new Heartbeat(Heartbeat.Kind.LOOP, "garbage collection", "rests", Duration.ofSeconds(9), false));
        manager.setTimeline(pod(1).namespace(), pod(1).name(), steps());
        return manager;
    }

    private static List<TimelineEntry> steps() {
        Instant began = NOW.minusSeconds(42);
        return List.of(
                step(began, "ADD", "ADD_WAIT", 2_140_000),
                step(began.plusMillis(2_140), "ADD", "ADD_CLAIM", 31),
                step(began.plusMillis(2_140), "ADD", "ADD_FIND_DEVICE", 412),
                step(began.plusMillis(2_141), "ADD", "ADD_RECORD_INTENT", 187),
                step(began.plusMillis(2_141), "ADD", "ADD_MOVE_IN", 9_870),
                step(began.plusMillis(2_151), "ADD", "ADD_CONFIGURE", 640),
                step(began.plusMillis(2_152), "ADD", "ADD_RECORD_DONE", 95),
                step(began.plusMillis(40_700), "DEL", "DEL_RECORD_INTENT", 160),
                new TimelineEntry(
                        began.plusMillis(40_701),
                        "DEL",
                        "DEL_RETURN_TO_HOST",
                        Duration.ofMillis(1_250),
                        Optional.of("DeviceException")));
    }

    private static TimelineEntry step(Instant at, String operation, String step, long micros) {
        return new TimelineEntry(at, operation, step, Duration.ofNanos(micros * 1000), Optional.empty());
    }

    private static Eni eni(int i) {
        return new Eni(
                eniId(i),
                new MacAddress(0x0a58_0a00_0000L + i),
                Optional.of(EniAddress.parse("10.20.0." + (10 + i), "10.20.0.0/22", "10.20.0.1")),
                Optional.of(EniAddress.parse("2001:db8:20::" + (10 + i), "2001:db8:20::/64", "2001:db8:20::1")),
                "subnet-0b1e",
                i,
                EniState.READY,
                Optional.empty(),
                "");
    }

    /** Like a cloud's, the same each time. */
    private static String eniId(int i) {
        return "eni-" + hex(i, 17);
    }

    private static Endpoint pod(int i) {
        String application = APPLICATIONS.get(i % APPLICATIONS.size());
        int slash = application.indexOf('/');
        String name = application.substring(slash + 1) + "-" + hex(i % 3 + 900, 9) + "-" + hex(i + 500, 5);
        return Endpoint.of(application.substring(0, slash), name, hex(i + 2000, 32));
    }

    private static String hex(int seed, int length) {
        StringBuilder text = new StringBuilder();
        for (long value = seed * 0x9e37_79b9_7f4a_7c15L;
                text.length() < length;
                value = value * 0x5851_f42d_4c95_7f2dL + 11) {
            text.append(String.format(Locale.ROOT, "%08x", value >>> 32));
        }
        return text.substring(0, length);
    }

    private static OperationStatus running(Endpoint endpoint, String operation, String step, long inStep, long age) {
        return new OperationStatus(
                endpoint, operation, step, Duration.ofMillis(inStep), Duration.ofMillis(age), OptionalInt.empty());
    }

    private static Ended ended(String call, long succeeded, long failed, String latest) {
        return new Ended(call, succeeded, failed, latest);
    }

    private static List<Budget> budgets(double mutations, double creates) {
        return List.of(
                new Budget("mutations", mutations, 20, 2),
                new Budget("creates", creates, 128, 0.213),
                new Budget("describes", 5, 5, 1));
    }
}
