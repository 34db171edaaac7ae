package io.enim.provider.fake.region;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.provider.fake.region.SimulatedEni.Attachment;
import io.enim.provider.fake.region.SimulatedEni.State;
import io.enim.testing.ManualClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** Whatever is asked of the cloud, in whatever order: its accounts agree. */
class SimulatedRegionProperties {
    private static final int ADDRESSES = 11;

    enum StepKind {
        CREATE,
        ATTACH,
        DETACH,
        DELETE,
        WAIT,
        LOSE_NEXT,
        TERMINATE
    }

    record Step(StepKind kind, int which, int instance) {}

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<StepKind> deeds = Arbitraries.frequency(
                Tuple.of(6, StepKind.CREATE),
                Tuple.of(6, StepKind.ATTACH),
                Tuple.of(3, StepKind.DETACH),
                Tuple.of(3, StepKind.DELETE),
                Tuple.of(4, StepKind.WAIT),
                Tuple.of(1, StepKind.LOSE_NEXT),
                Tuple.of(1, StepKind.TERMINATE));
        return Combinators.combine(
                        deeds,
                        Arbitraries.integers().between(0, 15),
                        Arbitraries.integers().between(1, 2))
                .as(Step::new)
                .list()
                .ofMaxSize(80);
    }

    @Property(tries = 300)
    void noNumberIsUsedTwiceNoLimitPassedAndNoAddressLost(@ForAll("steps") List<Step> steps) {
        ManualClock clock = new ManualClock();
        SimulatedRegion model = new SimulatedRegion(clock)
                .addSubnet(Subnet.of("s", "a", "10.0.0.0/28", ""))
                .addInstance(new Instance("i-1", "a", 3))
                .addInstance(new Instance("i-2", "a", 2))
                .latencies(new Latencies(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(1)));
        for (Step step : steps) {
            apply(model, clock, step);
            requireConsistent(model);
        }
    }

    private static void apply(SimulatedRegion model, ManualClock clock, Step step) {
        List<SimulatedEni> enis = model.enis();
        String id = enis.isEmpty()
                ? "eni-none"
                : enis.get(step.which() % enis.size()).id();
        try {
            switch (step.kind()) {
                case CREATE -> model.create("token-" + step.which(), "s", Map.of());
                case ATTACH -> model.attach(id, "i-" + step.instance(), step.which() % 4 - 1);
                case DETACH -> model.detach(id);
                case DELETE -> model.delete(id);
                case WAIT -> clock.advance(Duration.ofMillis(700));
                case LOSE_NEXT ->
                    model.faults()
                            .next(ApiCall.values()[step.which() % ApiCall.values().length], Faults.Kind.LOSE_ANSWER);
                case TERMINATE -> model.terminate("i-2");
            }
        } catch (CloudRefusal e) {
            assertThat(e.reason()).as("a refusal names its reason").isNotNull();
        }
    }

    private static void requireConsistent(SimulatedRegion model) {
        List<SimulatedEni> enis = model.enis();
        assertThat(enis).extracting(SimulatedEni::mac).doesNotHaveDuplicates();
        assertThat(enis).extracting(SimulatedEni::ipv4).doesNotHaveDuplicates();
        assertThat(enis).extracting(SimulatedEni::token).doesNotHaveDuplicates();
        List<Attachment> attachments =
                enis.stream().flatMap(eni -> eni.attachment().stream()).toList();
        assertThat(attachments)
                .extracting(at -> at.instanceId() + "#" + at.number())
                .doesNotHaveDuplicates();
        assertThat(attachments.stream().filter(at -> at.instanceId().equals("i-1")))
                .hasSizeLessThanOrEqualTo(3);
        assertThat(enis)
                .allSatisfy(eni -> assertThat(eni.attachment().isEmpty()).isEqualTo(eni.state() == State.AVAILABLE));
        assertThat(free(model) + enis.size()).isEqualTo(ADDRESSES);
    }

    private static int free(SimulatedRegion model) {
        try {
            return model.subnets().values().iterator().next();
        } catch (CloudRefusal e) {
            return free(model); // Its answer was lost by the script; the script is one fault shorter now.
        }
    }
}
