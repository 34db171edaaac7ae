package io.enim.core.internal.liveness;

import static io.enim.spi.Liveness.State.ALIVE;
import static io.enim.spi.Liveness.State.CERTAINLY_GONE;
import static io.enim.spi.Liveness.State.GONE;
import static io.enim.spi.Liveness.State.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import io.enim.Assignment;
import io.enim.Assignment.Phase;
import io.enim.Assignment.Sandbox;
import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniAddress;
import io.enim.EniState;
import io.enim.GcRequest;
import io.enim.MacAddress;
import io.enim.core.internal.records.Disk;
import io.enim.spi.Liveness;
import io.enim.spi.Liveness.State;
import io.enim.spi.Liveness.Verdict;
import io.enim.spi.NamespaceId;
import io.enim.testing.ManualClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LivenessArbiterTest {
    private static final Instant ADDED = new ManualClock().instant();
    private static final Instant NOW = ADDED.plusSeconds(3600);
    private static final Endpoint WEB = Endpoint.of("default", "web", "c1");

    @TempDir
    private Path temporary;

    private final ManualClock clock = new ManualClock();
    private boolean onHost;
    private Supplier<Optional<NamespaceId>> deviceNamespace = Optional::empty;

    @BeforeEach
    void anHourHasPassed() {
        clock.set(NOW);
    }

    static Assignment assignment(Path path, NamespaceId id) {
        MacAddress mac = MacAddress.parse("02:00:00:00:00:01");
        Optional<EniAddress> ipv4 = Optional.of(EniAddress.parse("10.0.3.7", "10.0.3.0/24", "10.0.3.1"));
        Eni eni = new Eni("eni-1", mac, ipv4, Optional.empty(), "", 0, EniState.IN_USE, Optional.of(WEB), "");
        Optional<Sandbox> sandbox = Optional.of(new Sandbox(path, id));
        return new Assignment(WEB, eni, Phase.ADDED, sandbox, Optional.empty(), List.of(), Map.of(), ADDED, "");
    }

    private Assignment living() throws IOException {
        Path path = Files.createTempFile(temporary, "ns", "");
        NamespaceId id = idOf(path);
        return assignment(path, new NamespaceId(id.device(), id.inode(), 77));
    }

    static NamespaceId idOf(Path path) throws IOException {
        return new NamespaceId(
                ((Number) Files.getAttribute(path, "unix:dev")).longValue(),
                ((Number) Files.getAttribute(path, "unix:ino")).longValue(),
                0);
    }

    private Assignment gone() {
        return assignment(temporary.resolve("no-such-ns"), new NamespaceId(1, 2, 3));
    }

    private Assignment unseen() {
        return assignment(temporary.resolve("not-mounted").resolve("ns"), new NamespaceId(1, 2, 3));
    }

    private LivenessArbiter arbiter(Liveness... sources) {
        return new LivenessArbiter(
                Disk.OF_THE_MACHINE,
                List.of(sources),
                any -> onHost,
                any -> deviceNamespace.get(),
                Duration.ofMinutes(5),
                clock);
    }

    private static Liveness says(State state) {
        return any -> new Verdict(state, "the runtime says " + state);
    }

    private State state(LivenessArbiter arbiter, Assignment assignment) {
        return arbiter.assess(assignment, GcRequest.full()).state();
    }

    @Test
    void aNamespaceThatIsThereIsAlive() throws IOException {
        assertThat(state(arbiter(), living())).isEqualTo(ALIVE);
    }

    @Test
    void aNamespaceThatIsGoneEndsItsEndpointOnceTheDeviceIsOnTheHost() {
        onHost = true;
        assertThat(state(arbiter(), gone())).isEqualTo(CERTAINLY_GONE);
    }

    @Test
    void anotherNamespaceUnderThePathIsNotTheEndpoints() throws IOException {
        onHost = true;
        Sandbox sandbox = living().sandbox().orElseThrow();
        Assignment other =
                assignment(sandbox.path(), new NamespaceId(sandbox.id().device(), 1, 0));
        assertThat(state(arbiter(), other)).isEqualTo(CERTAINLY_GONE);
    }

    @Test
    void f2_aPathThatIsGoneWhileTheDeviceIsAwayCountsOnlyAfterAWhile() {
        LivenessArbiter arbiter = arbiter();
        assertThat(state(arbiter, gone())).isEqualTo(UNKNOWN);
        clock.set(NOW.plusSeconds(299));
        assertThat(state(arbiter, gone())).isEqualTo(UNKNOWN);
        clock.set(NOW.plusSeconds(300));
        assertThat(state(arbiter, gone())).isEqualTo(CERTAINLY_GONE);
    }

    @Test
    void f3_aDirectoryThatIsNotMountedHereProvesNothing() {
        onHost = true;
        assertThat(state(arbiter(), unseen())).isEqualTo(UNKNOWN);
    }

    @Test
    void theRuntimesWordEndsAnEndpointWhoseNamespaceLingers() throws IOException {
        assertThat(state(arbiter(says(CERTAINLY_GONE)), living())).isEqualTo(CERTAINLY_GONE);
        assertThat(state(arbiter(says(GONE), says(CERTAINLY_GONE)), living())).isEqualTo(CERTAINLY_GONE);
    }

    @Test
    void p1_aSourceThatIsNotCertainDoesNotEndAnEndpointWhoseNamespaceLives() throws IOException {
        assertThat(state(arbiter(says(GONE)), living())).isEqualTo(UNKNOWN);
        assertThat(state(arbiter(says(GONE)), gone())).isEqualTo(CERTAINLY_GONE);
    }

    @Test
    void p1_aSourceThatIsNotCertainDoesNotEndAnEndpointWhoseDeviceIsInItsNamespaceWhereverThatIsMounted() {
        List<Assignment> withoutPath = List.of(gone(), unseen());
        deviceNamespace = () -> Optional.of(new NamespaceId(1, 2, 3));
        for (Assignment assignment : withoutPath) {
            LivenessArbiter arbiter = arbiter(says(GONE));
            for (int round = 0; round < 2; round++) {
                assertThat(arbiter.assess(assignment, GcRequest.full()))
                        .returns(UNKNOWN, Verdict::state)
                        .extracting(Verdict::evidence)
                        .asString()
                        .contains("contradict each other", "the runtime says GONE", "its namespace lives");
            }
            assertThat(state(arbiter(says(CERTAINLY_GONE)), assignment)).isEqualTo(CERTAINLY_GONE);
        }
        deviceNamespace = () -> {
            throw new IllegalStateException("a namespace could not be entered");
        };
        for (Assignment assignment : withoutPath) {
            assertThat(state(arbiter(says(GONE)), assignment)).isEqualTo(UNKNOWN);
        }
    }

    @Test
    void aSourceThatIsNotCertainEndsAnEndpointWhoseDeviceLeftItsNamespace() {
        assertThat(state(arbiter(says(GONE)), unseen())).as("nowhere").isEqualTo(CERTAINLY_GONE);
        deviceNamespace = () -> Optional.of(new NamespaceId(1, 9, 9));
        assertThat(state(arbiter(says(GONE)), unseen())).as("elsewhere").isEqualTo(CERTAINLY_GONE);
        onHost = true;
        assertThat(state(arbiter(says(GONE)), unseen())).as("on the host").isEqualTo(CERTAINLY_GONE);
    }

    @Test
    void aSourceThatIsNotCertainEndsAnEndpointWithoutASandbox() {
        Assignment web = gone();
        Assignment without = new Assignment(
                WEB, web.eni(), Phase.ADDED, Optional.empty(), Optional.empty(), List.of(), Map.of(), ADDED, "");
        assertThat(state(arbiter(says(GONE)), without)).isEqualTo(CERTAINLY_GONE);
        assertThat(state(arbiter(), without)).isEqualTo(UNKNOWN);
    }

    @Test
    void f2_anEndpointWhoseDeviceIsInItsNamespaceLivesHoweverLongItsPathIsWrong() {
        deviceNamespace = () -> Optional.of(new NamespaceId(1, 2, 0));
        LivenessArbiter arbiter = arbiter();
        assertThat(state(arbiter, gone())).isEqualTo(UNKNOWN);
        for (int round = 1; round < 10; round++) {
            clock.set(NOW.plusSeconds(300 * round));
            assertThat(state(arbiter, gone())).isEqualTo(ALIVE);
            deviceNamespace = () -> {
                throw new IllegalStateException("searched again too early");
            };
            clock.set(NOW.plusSeconds(300 * round + 299));
            assertThat(state(arbiter, gone())).as("as found").isEqualTo(ALIVE);
            deviceNamespace = () -> Optional.of(new NamespaceId(1, 2, 3));
        }
        deviceNamespace = () -> Optional.of(new NamespaceId(1, 2, 4));
        clock.set(NOW.plusSeconds(3000));
        assertThat(state(arbiter, gone())).as("another one, by its cookie").isEqualTo(CERTAINLY_GONE);
    }

    @Test
    void f2_aSearchThatFailsProvesNothing() {
        LivenessArbiter arbiter = arbiter();
        assertThat(state(arbiter, gone())).isEqualTo(UNKNOWN);
        deviceNamespace = () -> {
            throw new IllegalStateException("a namespace could not be entered");
        };
        clock.set(NOW.plusSeconds(300));
        Verdict verdict = arbiter.assess(gone(), GcRequest.full());
        assertThat(verdict.state()).isEqualTo(UNKNOWN);
        assertThat(verdict.evidence()).contains("could not be entered");
        deviceNamespace = Optional::empty;
        clock.set(NOW.plusSeconds(600));
        assertThat(state(arbiter, gone())).isEqualTo(CERTAINLY_GONE);
    }

    @Test
    void f1_contradictionIsUnknown() {
        onHost = true;
        assertThat(state(arbiter(says(ALIVE)), gone())).isEqualTo(UNKNOWN);
        assertThat(state(arbiter(says(ALIVE), says(GONE)), gone())).isEqualTo(UNKNOWN);
    }

    @Test
    void aSourceThatIsDownKillsNoEndpoint() throws IOException {
        assertThat(state(arbiter(says(UNKNOWN)), living())).isEqualTo(ALIVE);
        Liveness broken = any -> {
            throw new IllegalStateException("socket down");
        };
        assertThat(state(arbiter(broken), living())).isEqualTo(ALIVE);
    }

    @Test
    void theCallersListCountsForThoseItCouldKnow() throws IOException {
        LivenessArbiter arbiter = arbiter();
        Assignment web = living();
        GcRequest none = GcRequest.valid(Set.of());
        assertThat(arbiter.assess(web, GcRequest.valid(Set.of(WEB)).among(Set.of(web)))
                        .state())
                .isEqualTo(ALIVE);
        assertThat(arbiter.assess(web, none.among(Set.of(web))).state()).isEqualTo(CERTAINLY_GONE);
        assertThat(arbiter.assess(web, none.among(Set.of())).state())
                .as("younger than the list")
                .isEqualTo(ALIVE);
    }
}
