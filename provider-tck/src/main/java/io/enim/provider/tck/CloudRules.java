package io.enim.provider.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.enim.EniAddress;
import io.enim.FatalProviderException;
import io.enim.ProviderException;
import io.enim.ProviderException.Refusal;
import io.enim.provider.CloudEni;
import io.enim.provider.CloudEni.Status;
import io.enim.provider.NodeIdentity;
import io.enim.provider.NodeLimits;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rules about what a cloud answers when nothing fails: CLD-01 to CLD-32. */
abstract class CloudRules extends CloudUnderTest {
    private static final int AT_ONCE = 8;
    private static final int DESCRIBES = 20;

    private static List<String> ids(List<CloudEni> enis) {
        return enis.stream().map(CloudEni::id).toList();
    }

    @Test
    public final void required_node_isTheSameAtEveryCall() {
        CloudTestClient bench = open();

        NodeIdentity first = bench.retrying(bench.cloud()::node);

        assertThat(bench.retrying(bench.cloud()::node))
                .as("node(): asked twice, two answers; look whether the identity is read once and kept")
                .isEqualTo(first);
        assertThat(first.instanceId()).as("node(): an instance has an id").isNotBlank();
    }

    @Test
    public final void required_cld01_describeIsComplete() {
        CloudTestClient bench = open();
        List<String> made = IntStream.range(0, eniCountOverOnePage())
                .mapToObj(i -> bench.create().id())
                .toList();

        Eventually.until(
                timeout(),
                () -> ids(bench.describe()),
                seen -> seen.containsAll(made),
                seen -> "CLD-01: made " + made + ", described " + seen + "; look for a page that is never asked for");

        assertThat(ids(bench.describe()))
                .as("CLD-01: describe names each ENI once; look for pages that overlap")
                .doesNotHaveDuplicates();
    }

    @Test
    public final void required_cld02_describeReturnsThisOwnerTagAndNoOther() {
        CloudTestClient ours = open("n1");
        CloudTestClient theirs = open("n2");
        String our = ours.create().id();
        String their = theirs.create().id();
        ours.firstDescription("CLD-02", our);
        theirs.firstDescription("CLD-02", their);

        assertThat(ids(ours.describe()))
                .as(
                        "CLD-02: %s carries the mark %s and was described to %s; look at the filter",
                        their, theirs.ownerTag(), ours.ownerTag())
                .doesNotContain(their);
    }

    @Test
    public final void required_cld02_anotherNodesEniAttachedHereIsNotOurs() {
        assumeTrue(limit() != 1, "limit() is 1: there is no room for another node's ENI");
        CloudTestClient ours = open("n1");
        CloudTestClient theirs = open("n2");
        String their = theirs.createAttached().id();

        ours.describe(); // What the first sight lacks is another rule's, CLD-11.
        Optional<CloudEni> seen = ours.find(their);

        assertThat(seen.flatMap(CloudEni::ownerTag)
                        .or(() -> seen.isPresent() ? Optional.empty() : Optional.of(theirs.ownerTag())))
                .as(
                        "CLD-02: %s of %s is attached here; it is left out, or described with its mark",
                        their, theirs.ownerTag())
                .contains(theirs.ownerTag());
        if (limit() > 0 && seen.isEmpty()) {
            assertThat(ours.retrying(ours.cloud()::limits).maxEnis())
                    .as(
                            "CLD-04: %s takes one of %d places, and is not described to %s",
                            their, limit(), ours.ownerTag())
                    .isEqualTo(limit() - 1);
        }
    }

    @Test
    public final void optional_cld02_whatIsNotOursIsNeverOffered() {
        CloudTestClient bench = open();
        Set<String> notOurs = foreignEnis();
        assumeFalse(notOurs.isEmpty(), "CLD-02 is checked with marked ENIs alone: notOurs() is empty");
        String our = bench.createAttached().id();

        assertThat(ids(bench.describe()))
                .as(
                        "CLD-02: the instance's first interface and what others attached are not ENIM's; look at the filter")
                .doesNotContainAnyElementsOf(notOurs)
                .contains(our);
    }

    @Test
    public final void optional_cld03_anUnknownStatusIsOther() {
        CloudTestClient bench = open();
        CloudEni eni = bench.createAvailable();
        Optional<Runnable> undo = reportUnknownStatus(eni.id());
        assumeTrue(undo.isPresent(), "CLD-03 is not checked: makeStrange() cannot");
        try {
            Optional<CloudEni> seen =
                    bench.expectSuccess("CLD-03: describe of a status that nobody knows", () -> bench.find(eni.id()));
            assertThat(seen.map(CloudEni::status))
                    .as("CLD-03: %s has a status that nobody knows; look at the mapping of statuses", eni.id())
                    .contains(Status.OTHER);
        } finally {
            undo.orElseThrow().run();
        }
    }

    @Test
    public final void required_cld04_limitsIsWhatMayBeAttached() {
        CloudTestClient bench = open();
        NodeLimits empty = bench.retrying(bench.cloud()::limits);
        assertThat(empty.maxEnis())
                .as("CLD-04: no ENI is allowed here, so nothing can be tested; use a larger instance")
                .isPositive();
        assumeTrue(limit() >= 0, "CLD-04 is checked for being positive alone: limit() is -1");
        assertThat(empty.maxEnis())
                .as("CLD-04: limits() at an instance that can have %d; look what is taken off", limit())
                .isEqualTo(limit());

        bench.createAttached();

        assertThat(bench.retrying(bench.cloud()::limits).maxEnis())
                .as("CLD-04: one of ours is attached; only what is not ours is taken off")
                .isEqualTo(limit());
    }

    @Test
    public final void required_cld10_oneTokenIsOneEni() {
        CloudTestClient bench = open();
        String token = CloudTestClient.token();

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
        CloudTestClient bench = open();
        String token = CloudTestClient.token();

        List<String> ids = ConcurrentCalls.runTogether(
                "CLD-10", timeout(), AT_ONCE, i -> bench.create(token).id());

        assertThat(new HashSet<>(ids))
                .as(
                        "CLD-10: %d threads created with the token %s; look for a token kept here and not at the cloud",
                        AT_ONCE, token)
                .hasSize(1);
    }

    @Test
    public final void required_cld10_oneTokenIsOneEniAlsoAfterARestart() {
        String token = CloudTestClient.token();
        CloudTestClient before = open();
        CloudEni first = before.create(token);
        before.closeCloud();

        CloudTestClient after = open();

        assertThat(after.create(token).id())
                .as("CLD-10: another process repeated the token %s; look for tokens kept in memory", token)
                .isEqualTo(first.id());
    }

    @Test
    public final void required_cld10_manyTokensAtOnceAreManyEnis() {
        CloudTestClient bench = open();

        List<String> ids = ConcurrentCalls.runTogether(
                "CLD-10", timeout(), eniCountOverOnePage(), i -> bench.create().id());

        assertThat(ids)
                .as("CLD-10: threads created with a token each; look for requests that share what they fill in")
                .doesNotHaveDuplicates();
    }

    @Test
    public final void required_cld11_theOwnerTagIsInTheFirstDescription() {
        CloudTestClient bench = open();

        CloudEni seen = bench.firstDescription("CLD-11", bench.create().id());

        assertThat(seen.ownerTag())
                .as(
                        "CLD-11: the first description of %s is without its mark; set it in the call that creates",
                        seen.id())
                .contains(bench.ownerTag());
    }

    @Test
    public final void required_cld12_whatWasSeenDoesNotVanish() {
        CloudTestClient bench = open();
        String id = bench.create().id();
        bench.firstDescription("CLD-12", id);

        for (int look = 1; look <= DESCRIBES; look++) {
            assertThat(ids(bench.describe()))
                    .as(
                            "CLD-12: %s was described and is missing at look %d; look for answers of replicas that lag",
                            id, look)
                    .contains(id);
        }
    }

    @Test
    public final void required_cld12_whatIsGoneDoesNotComeBack() {
        CloudTestClient bench = open();
        String id = gone(bench);

        for (int look = 1; look <= DESCRIBES; look++) {
            assertThat(ids(bench.describe()))
                    .as("CLD-12: %s was deleted and gone, and is there again at look %d; look for a cache", id, look)
                    .doesNotContain(id);
        }
    }

    @Test
    public final void required_eni_hasItsOwnMacAndAddresses() {
        CloudTestClient bench = open();
        List<CloudEni> enis = List.of(bench.createAvailable(), bench.createAvailable());

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
        assertThat(enis.stream().flatMap(CloudRules::addresses).map(EniAddress::address))
                .as("create: two ENIs, one address: %s", enis)
                .doesNotHaveDuplicates();
    }

    private static Stream<EniAddress> addresses(CloudEni eni) {
        return Stream.concat(eni.ipv4().stream(), eni.ipv6().stream());
    }

    @Test
    public final void required_cld20_attachTwiceIsSuccess() {
        CloudTestClient bench = open();
        CloudEni eni = bench.createAttached();

        bench.expectSuccess(
                "CLD-20: attach of %s, which is attached here".formatted(eni.id()), () -> bench.attach(eni.id()));

        CloudEni seen = bench.waitFor(eni.id(), Status.ATTACHED);
        assertThat(seen.isAttachedTo(bench.cloud().node().instanceId()))
                .as("CLD-20: attached twice, %s is described as %s", eni.id(), seen)
                .isTrue();
        assertThat(seen.number())
                .as("CLD-20: the second attach gave %s another number", eni.id())
                .isEqualTo(eni.number());
    }

    @Test
    public final void required_attach_givesEachItsOwnNumber() {
        CloudTestClient bench = open();
        assumeTrue(limit() != 1, "limit() is 1: two numbers cannot be compared");
        bench.createAttached();
        bench.createAttached();

        assertThat(bench.describe().stream()
                        .filter(eni -> eni.status() == Status.ATTACHED)
                        .map(CloudEni::number)
                        .filter(n -> n > 0))
                .as("attach: two attached ENIs have one number; look at how an index is chosen")
                .doesNotHaveDuplicates();
    }

    @Test
    public final void required_attach_atOnceGivesEachItsOwnNumber() {
        assumeTrue(limit() > 1, "two attachments at once are not tried: limit() is " + limit());
        CloudTestClient bench = open();
        List<String> ids = Stream.generate(() -> bench.createAvailable().id())
                .limit(limit())
                .toList();

        ConcurrentCalls.runTogether("attach", timeout(), limit(), i -> {
            bench.attach(ids.get(i));
            return i;
        });

        assertThat(ids.stream()
                        .map(id -> bench.waitFor(id, Status.ATTACHED).number())
                        .filter(n -> n > 0))
                .as("attach: ENIs attached at once have one number; look at a choice that two can make alike")
                .doesNotHaveDuplicates();
    }

    @Test
    public final void required_cld21_attachBeyondTheLimitIsFatal() {
        assumeTrue(limit() >= 0, "CLD-21 is not checked: limit() is -1, so the limit cannot be reached");
        CloudTestClient bench = open();
        for (int i = 0; i < limit(); i++) {
            bench.createAttached();
        }
        String id = bench.createAvailable().id();

        Throwable thrown = catchThrowable(() -> bench.attach(id));

        assertThat(thrown)
                .as("CLD-21: attach of one more than %d; look at the mapping of the cloud's error code", limit())
                .isInstanceOfSatisfying(
                        FatalProviderException.class,
                        e -> assertThat(e.refusal()).isEqualTo(Refusal.ENI_LIMIT));
    }

    @Test
    public final void required_cld30_detachOfWhatIsNotAttachedIsSuccess() {
        CloudTestClient bench = open();
        String id = bench.createAvailable().id();

        bench.expectSuccess("CLD-30: detach of %s, which is not attached".formatted(id), () -> bench.detach(id));

        assertThat(bench.find(id).map(CloudEni::status))
                .as("CLD-30: %s was free, and was detached", id)
                .contains(Status.AVAILABLE);
    }

    @Test
    public final void required_cld30_detachOfWhatIsGoneIsSuccess() {
        CloudTestClient bench = open();
        String id = gone(bench);

        bench.expectSuccess("CLD-30: detach of %s, which is gone".formatted(id), () -> bench.detach(id));
    }

    @Test
    public final void required_cld31_deleteOfWhatIsGoneIsSuccess() {
        CloudTestClient bench = open();
        String id = gone(bench);

        bench.expectSuccess("CLD-31: delete of %s, which is gone".formatted(id), () -> bench.delete(id));
    }

    private static String gone(CloudTestClient bench) {
        String id = bench.createAvailable().id();
        bench.delete(id);
        bench.waitUntilGone(id);
        return id;
    }

    @Test
    public final void required_cld32_deleteNeverDetaches() {
        CloudTestClient bench = open();
        String id = bench.createAttached().id();

        Throwable thrown = catchThrowable(() -> bench.delete(id));

        assertThat(thrown)
                .as("CLD-32: delete of %s, which is attached; look whether delete detaches first or forces", id)
                .isInstanceOfSatisfying(
                        ProviderException.class, e -> assertThat(e.refusal()).isEqualTo(Refusal.WRONG_STATE));
        assertThat(bench.find(id).map(CloudEni::status))
                .as("CLD-32: delete of %s was refused, and it is attached no more", id)
                .contains(Status.ATTACHED);
    }
}
