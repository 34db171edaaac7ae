package io.enim.provider.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.enim.ClosedException;
import io.enim.EniAddress;
import io.enim.FatalProviderException;
import io.enim.ProviderException;
import io.enim.ProviderException.Refusal;
import io.enim.provider.AttachRequest;
import io.enim.provider.CloudEni;
import io.enim.provider.CloudEni.Status;
import io.enim.provider.CreateRequest;
import io.enim.provider.EniCloud;
import io.enim.provider.Mark;
import io.enim.provider.NodeIdentity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Proves an {@link EniCloud}: extend it, say in {@link #newCloud} how one is made, run it with JUnit. The tests are named
 * after the rules CLD-xx of {@link EniCloud}.
 *
 * <p>Works on a stand-in and on the real cloud. There it needs an instance with room for two ENIs, or for {@link #limit()}
 * of them; it makes ENIs under marks of its own and removes them after each test.
 */
public abstract class EniCloudKit {
    private static final int AT_ONCE = 8;
    private static final int LOOKS = 20;

    private final List<CloudBench> benches = new ArrayList<>();
    private final String cluster = "kit-" + UUID.randomUUID();

    /**
     * Makes an adapter for this instance that describes what carries the mark. Called several times in a test; those
     * calls see the same cloud behind them.
     */
    protected abstract EniCloud newCloud(Mark mark);

    /** How long the cloud may take until a change can be seen, and a call until it ends. */
    protected Duration patience() {
        return Duration.ofSeconds(30);
    }

    /** How many ENIs this instance can have; -1 when a test cannot or shall not use all of them. */
    protected int limit() {
        return -1;
    }

    /** How many ENIs to make where a complete description is wanted: better more than a page holds. */
    protected int several() {
        return 5;
    }

    /** Whether a thread belongs to the test's surroundings, like a stand-in's server, and not to the adapter. */
    protected boolean isForeign(Thread thread) {
        return false;
    }

    /** What holds a {@code describe} up, for the tests of interruption; empty when nothing can. */
    protected Optional<Stall> stall() {
        return Optional.empty();
    }

    /** Holds one call up at the cloud's side. */
    public interface Stall {
        /** From now on the next {@code describe} gets no answer. */
        void begin();

        /** Whether a call waits for its answer now. */
        boolean isReached();

        /** Ends it. */
        void end();
    }

    @AfterEach
    final void removeWhatWasMade() {
        // Each is tried, whatever became of the one before; all failures are told.
        assertAll("removing what the test made", benches.stream().map(bench -> bench::clear));
    }

    private CloudBench open(String node) {
        Mark mark = new Mark(cluster, node);
        CloudBench bench = new CloudBench(newCloud(mark), mark, patience());
        benches.add(bench);
        return bench;
    }

    private CloudBench open() {
        return open("n1");
    }

    private static List<String> ids(List<CloudEni> enis) {
        return enis.stream().map(CloudEni::id).toList();
    }

    @Test
    public final void required_node_isTheSameAtEveryCall() {
        CloudBench bench = open();

        NodeIdentity first = bench.patiently(bench.cloud()::node);

        assertThat(bench.patiently(bench.cloud()::node))
                .as("node(): asked twice, two answers; look whether the identity is read once and kept")
                .isEqualTo(first);
        assertThat(first.instanceId()).as("node(): an instance has an id").isNotBlank();
        assertThat(bench.patiently(bench.cloud()::limits).maxEnis())
                .as("limits(): no ENI is allowed here, so nothing can be tested; use a larger instance")
                .isPositive();
    }

    @Test
    public final void required_cld01_describeIsComplete() {
        CloudBench bench = open();
        List<String> made =
                IntStream.range(0, several()).mapToObj(i -> bench.create().id()).toList();

        Settled.until(
                patience(),
                () -> ids(bench.describe()),
                seen -> seen.containsAll(made),
                seen -> "CLD-01: made " + made + ", described " + seen + "; look for a page that is never asked for");

        assertThat(ids(bench.describe()))
                .as("CLD-01: describe names each ENI once; look for pages that overlap")
                .doesNotHaveDuplicates();
    }

    @Test
    public final void required_cld02_describeIsOfThisMarkAndNoOther() {
        CloudBench ours = open("n1");
        CloudBench theirs = open("n2");
        String our = ours.create().id();
        String their = theirs.create().id();
        ours.firstSight("CLD-02", our);
        theirs.firstSight("CLD-02", their);

        assertThat(ids(ours.describe()))
                .as(
                        "CLD-02: %s carries the mark %s and was described to %s; look at the filter",
                        their, theirs.mark(), ours.mark())
                .doesNotContain(their);
    }

    @Test
    public final void required_cld10_oneTokenIsOneEni() {
        CloudBench bench = open();
        String token = CloudBench.token();

        CloudEni first = bench.create(token);

        assertThat(bench.create(token).id())
                .as("CLD-10: create was repeated with the token %s; look whether it reaches the cloud", token)
                .isEqualTo(first.id());
        assertThat(bench.create().id())
                .as("CLD-10: another token is another ENI; look whether tokens are cut or shared")
                .isNotEqualTo(first.id());
    }

    @Test
    public final void required_cld10_oneTokenFromManyThreadsIsOneEni() {
        CloudBench bench = open();
        String token = CloudBench.token();

        List<String> ids =
                Race.of("CLD-10", patience(), AT_ONCE, i -> bench.create(token).id());

        assertThat(new HashSet<>(ids))
                .as(
                        "CLD-10: %d threads created with the token %s; look for a token kept here and not at the cloud",
                        AT_ONCE, token)
                .hasSize(1);
    }

    @Test
    public final void required_cld11_theMarkIsThereAtFirstSight() {
        CloudBench bench = open();

        CloudEni seen = bench.firstSight("CLD-11", bench.create().id());

        assertThat(seen.mark())
                .as(
                        "CLD-11: the first description of %s is without its mark; set it in the call that creates",
                        seen.id())
                .contains(bench.mark());
    }

    @Test
    public final void required_cld12_whatWasSeenDoesNotVanish() {
        CloudBench bench = open();
        String id = bench.create().id();
        bench.firstSight("CLD-12", id);

        for (int look = 1; look <= LOOKS; look++) {
            assertThat(ids(bench.describe()))
                    .as(
                            "CLD-12: %s was described and is missing at look %d; look for answers of replicas that lag",
                            id, look)
                    .contains(id);
        }
    }

    @Test
    public final void required_eni_hasItsOwnMacAndAddresses() {
        CloudBench bench = open();
        List<CloudEni> enis = List.of(bench.available(), bench.available());

        assertThat(enis)
                .extracting(CloudEni::mac)
                .as("create: two ENIs, one MAC")
                .doesNotHaveDuplicates();
        for (CloudEni eni : enis) {
            assertThat(eni.ipv4().isPresent() || eni.ipv6().isPresent())
                    .as("create: %s has no address", eni)
                    .isTrue();
            assertThat(eni.ipv4().stream())
                    .as("create: the ipv4 of %s is of the other family", eni)
                    .allMatch(at -> at.subnet().isIpv4());
            assertThat(eni.ipv6().stream())
                    .as("create: the ipv6 of %s is of the other family", eni)
                    .allMatch(at -> !at.subnet().isIpv4());
            assertThat(addresses(eni))
                    .as("create: an address of %s lies outside its block", eni)
                    .allMatch(at -> at.subnet().contains(at.address()));
        }
        assertThat(enis.stream().flatMap(EniCloudKit::addresses).map(EniAddress::address))
                .as("create: two ENIs, one address: %s", enis)
                .doesNotHaveDuplicates();
    }

    private static Stream<EniAddress> addresses(CloudEni eni) {
        return Stream.concat(eni.ipv4().stream(), eni.ipv6().stream());
    }

    @Test
    public final void required_cld20_attachTwiceIsSuccess() {
        CloudBench bench = open();
        CloudEni eni = bench.attached();

        bench.expectSuccess(
                "CLD-20: attach of %s, which is attached here".formatted(eni.id()), () -> bench.attach(eni.id()));

        CloudEni seen = bench.wait(eni.id(), Status.ATTACHED);
        assertThat(seen.isAttachedTo(bench.cloud().node().instanceId()))
                .as("CLD-20: attached twice, %s is described as %s", eni.id(), seen)
                .isTrue();
        assertThat(seen.number())
                .as("CLD-20: the second attach gave %s another number", eni.id())
                .isEqualTo(eni.number());
    }

    @Test
    public final void required_attach_givesEachItsOwnNumber() {
        CloudBench bench = open();
        assumeTrue(limit() != 1, "limit() is 1: two numbers cannot be compared");
        bench.attached();
        bench.attached();

        assertThat(bench.describe().stream()
                        .filter(eni -> eni.status() == Status.ATTACHED)
                        .map(CloudEni::number)
                        .filter(n -> n > 0))
                .as("attach: two attached ENIs have one number; look at how an index is chosen")
                .doesNotHaveDuplicates();
    }

    @Test
    public final void required_cld21_attachBeyondTheLimitIsFatal() {
        assumeTrue(limit() >= 0, "CLD-21 is not checked: limit() is -1, so the limit cannot be reached");
        CloudBench bench = open();
        for (int i = 0; i < limit(); i++) {
            bench.attached();
        }
        String id = bench.available().id();

        Throwable thrown = catchThrowable(() -> bench.attach(id));

        assertThat(thrown)
                .as("CLD-21: attach of one more than %d; look at the mapping of the cloud's error code", limit())
                .isInstanceOfSatisfying(
                        FatalProviderException.class,
                        e -> assertThat(e.refusal()).isEqualTo(Refusal.ENI_LIMIT));
    }

    @Test
    public final void required_cld30_detachOfWhatIsNotAttachedIsSuccess() {
        CloudBench bench = open();
        String id = bench.available().id();

        bench.expectSuccess("CLD-30: detach of %s, which is not attached".formatted(id), () -> bench.detach(id));

        assertThat(bench.find(id).map(CloudEni::status))
                .as("CLD-30: %s was free, and was detached", id)
                .contains(Status.AVAILABLE);
    }

    @Test
    public final void required_cld30_detachOfWhatIsGoneIsSuccess() {
        CloudBench bench = open();
        String id = gone(bench);

        bench.expectSuccess("CLD-30: detach of %s, which is gone".formatted(id), () -> bench.detach(id));
    }

    @Test
    public final void required_cld31_deleteOfWhatIsGoneIsSuccess() {
        CloudBench bench = open();
        String id = gone(bench);

        bench.expectSuccess("CLD-31: delete of %s, which is gone".formatted(id), () -> bench.delete(id));
    }

    private static String gone(CloudBench bench) {
        String id = bench.available().id();
        bench.delete(id);
        bench.waitUntilGone(id);
        return id;
    }

    @Test
    public final void required_cld32_deleteNeverDetaches() {
        CloudBench bench = open();
        String id = bench.attached().id();

        Throwable thrown = catchThrowable(() -> bench.delete(id));

        assertThat(thrown)
                .as("CLD-32: delete of %s, which is attached; look whether delete detaches first or forces", id)
                .isInstanceOfSatisfying(
                        ProviderException.class, e -> assertThat(e.refusal()).isEqualTo(Refusal.WRONG_STATE));
        assertThat(bench.find(id).map(CloudEni::status))
                .as("CLD-32: delete of %s was refused, and it is attached no more", id)
                .contains(Status.ATTACHED);
    }

    @Test
    public final void required_cld41_anInterruptedThreadKeepsItsFlag() {
        CloudBench bench = open();

        Interrupted.call("CLD-41", patience(), "describe", bench.cloud()::describe);
        Interrupted.call("CLD-41", patience(), "limits", bench.cloud()::limits);
        Interrupted.call("CLD-41", patience(), "detach", () -> bench.cloud().detach("eni-kit-none"));
    }

    @Test
    public final void optional_cld41_aCallThatWaitsEndsWhenInterrupted() {
        Optional<Stall> stall = stall();
        assumeTrue(
                stall.isPresent(), "CLD-41 is checked before a call only: stall() is empty, so no call can be held up");
        CloudBench bench = open();
        Stall held = stall.orElseThrow();
        held.begin();
        try {
            boolean kept = Race.alone("CLD-41", patience(), () -> {
                Thread caller = Thread.currentThread();
                Thread interrupter = new Thread(() -> {
                    Settled.until(
                            patience(), held::isReached, reached -> reached, no -> "CLD-41: stall() held nothing up");
                    caller.interrupt();
                });
                interrupter.setDaemon(true);
                interrupter.start();
                return Interrupted.flagAfter("CLD-41", "describe", bench.cloud()::describe);
            });
            assertThat(kept)
                    .as("CLD-41: a describe that waited was interrupted, and the flag was gone")
                    .isTrue();
        } finally {
            held.end();
        }
    }

    @Test
    public final void required_cld42_aClosedCloudSaysSo() {
        EniCloud cloud = newCloud(new Mark(cluster, "n1"));
        cloud.close();
        cloud.close();

        Set<String> open = new HashSet<>();
        closed("node", open, cloud::node);
        closed("limits", open, cloud::limits);
        closed("describe", open, cloud::describe);
        closed("create", open, () -> cloud.create(new CreateRequest(CloudBench.token(), new Mark(cluster, "n1"))));
        closed("attach", open, () -> cloud.attach("eni-kit-none", new AttachRequest(CloudBench.token())));
        closed("detach", open, () -> cloud.detach("eni-kit-none"));
        closed("delete", open, () -> cloud.delete("eni-kit-none"));
        assertThat(open)
                .as("CLD-42: after close these do not throw ClosedException; ask for closed first")
                .isEmpty();
    }

    private static void closed(String name, Set<String> open, Runnable call) {
        Throwable thrown = catchThrowable(call::run);
        if (!(thrown instanceof ClosedException)) {
            open.add(name + ": " + (thrown == null ? "answered" : thrown.toString()));
        }
    }

    @Test
    public final void required_cld42_noThreadOutlivesClose() {
        ThreadWatch watch = new ThreadWatch();
        try (EniCloud cloud = newCloud(new Mark(cluster, "n1"))) {
            CloudBench bench = new CloudBench(cloud, new Mark(cluster, "n1"), patience());
            bench.describe();
            bench.patiently(cloud::limits);
        }

        watch.requireNoneLeft("CLD-42", patience(), this::isForeign);
    }
}
