// SPDX-License-Identifier: Apache-2.0
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
        CloudTestClient client = open();

        NodeIdentity first = client.retrying(client.cloud()::node);

        assertThat(client.retrying(client.cloud()::node))
                .as("node(): called twice, two answers; check whether the identity is read once and kept")
                .isEqualTo(first);
        assertThat(first.instanceId()).as("node(): an instance has an id").isNotBlank();
    }

    @Test
    public final void required_cld01_describeIsComplete() {
        CloudTestClient client = open();
        List<String> created = Stream.generate(() -> client.create().id())
                .limit(eniCountOverOnePage())
                .toList();

        until(
                () -> ids(client.describe()),
                seen -> seen.containsAll(created),
                seen -> "CLD-01: created " + created + ", described " + seen + "; look for a page that is never read");

        assertThat(ids(client.describe()))
                .as("CLD-01: describe contains each ENI once; look for pages that overlap")
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
                .as("CLD-02: %s of %s was described to %s; check the filter", their, theirs.ownerTag(), ours.ownerTag())
                .doesNotContain(their);
    }

    @Test
    public final void required_cld02_anotherNodesEniAttachedHereIsNotOurs() {
        assumeTrue(limit() != 1, "limit() is 1: there is no room for another node's ENI");
        CloudTestClient ours = open("n1");
        CloudTestClient theirs = open("n2");
        String their = theirs.createAttached().id();

        ours.describe(); // The owner tag in the first description is another rule, CLD-11.
        Optional<CloudEni> seen = ours.find(their);

        assertThat(seen.flatMap(CloudEni::ownerTag)
                        .or(() -> seen.isPresent() ? Optional.empty() : Optional.of(theirs.ownerTag())))
                .as("CLD-02: %s of %s is here; leave it out, or describe its owner tag", their, theirs.ownerTag())
                .contains(theirs.ownerTag());
        if (limit() > 0 && seen.isEmpty()) {
            assertThat(ours.retrying(ours.cloud()::limits).maxEnis())
                    .as("CLD-04: %s uses one of %d places, and is not described to %s", their, limit(), ours.ownerTag())
                    .isEqualTo(limit() - 1);
        }
    }

    @Test
    public final void optional_cld02_whatIsNotOursIsNeverOffered() {
        CloudTestClient client = open();
        Set<String> foreign = foreignEnis();
        assumeFalse(foreign.isEmpty(), "CLD-02 is checked with owner tags alone: foreignEnis() is empty");
        String our = client.createAttached().id();

        assertThat(ids(client.describe()))
                .as("CLD-02: the instance's first interface and ENIs of others are not ENIM's; check the filter")
                .doesNotContainAnyElementsOf(foreign)
                .contains(our);
    }

    @Test
    public final void optional_cld03_anUnknownStatusIsOther() {
        CloudTestClient client = open();
        CloudEni eni = client.createAvailable();
        Optional<Runnable> undo = reportUnknownStatus(eni.id());
        assumeTrue(undo.isPresent(), "CLD-03 is not checked: reportUnknownStatus() is empty");
        try {
            Optional<CloudEni> seen =
                    client.expectSuccess("CLD-03: describe of an unknown status", () -> client.find(eni.id()));
            assertThat(seen.map(CloudEni::status))
                    .as("CLD-03: %s has an unknown status; check the mapping of statuses", eni.id())
                    .contains(Status.OTHER);
        } finally {
            undo.orElseThrow().run();
        }
    }

    @Test
    public final void required_cld04_limitsIsWhatMayBeAttached() {
        CloudTestClient client = open();
        NodeLimits empty = client.retrying(client.cloud()::limits);
        assertThat(empty.maxEnis())
                .as("CLD-04: no ENI is allowed here, so nothing can be tested; use a larger instance")
                .isPositive();
        assumeTrue(limit() >= 0, "CLD-04 is checked for being positive alone: limit() is -1");
        assertThat(empty.maxEnis())
                .as("CLD-04: limits() of an instance that can have %d; check what is subtracted", limit())
                .isEqualTo(limit());

        client.createAttached();

        assertThat(client.retrying(client.cloud()::limits).maxEnis())
                .as("CLD-04: one of ours is attached; only ENIs of others are subtracted")
                .isEqualTo(limit());
    }

    @Test
    public final void required_cld10_oneTokenIsOneEni() {
        CloudTestClient client = open();
        String token = CloudTestClient.token();

        CloudEni first = client.create(token);

        assertThat(client.create(token).id())
                .as("CLD-10: create was repeated with the token %s; check whether the token reaches the cloud", token)
                .isEqualTo(first.id());
        assertThat(client.create().id())
                .as("CLD-10: another token is another ENI; check whether tokens are cut or shared")
                .isNotEqualTo(first.id());
    }

    @Test
    public final void required_cld10_oneTokenFromManyThreadsIsOneEni() {
        CloudTestClient client = open();
        String token = CloudTestClient.token();

        List<String> ids = together("CLD-10", AT_ONCE, i -> client.create(token).id());

        assertThat(new HashSet<>(ids))
                .as("CLD-10: %d threads used the token %s; look for a token kept in the adapter only", AT_ONCE, token)
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
        CloudTestClient client = open();

        List<String> ids =
                together("CLD-10", eniCountOverOnePage(), i -> client.create().id());

        assertThat(ids)
                .as("CLD-10: threads created with a token each; look for state that requests share")
                .doesNotHaveDuplicates();
    }

    @Test
    public final void required_cld11_theOwnerTagIsInTheFirstDescription() {
        CloudTestClient client = open();

        CloudEni seen = client.firstDescription("CLD-11", client.create().id());

        assertThat(seen.ownerTag())
                .as("CLD-11: the first description of %s has no owner tag; set it in the call that creates", seen.id())
                .contains(client.ownerTag());
    }

    @Test
    public final void required_cld12_whatWasSeenDoesNotVanish() {
        CloudTestClient client = open();
        String id = client.create().id();
        client.firstDescription("CLD-12", id);

        for (int describe = 1; describe <= DESCRIBES; describe++) {
            assertThat(ids(client.describe()))
                    .as("CLD-12: %s was described, and not in describe %d; look for replicas that lag", id, describe)
                    .contains(id);
        }
    }

    @Test
    public final void required_cld12_whatIsGoneDoesNotComeBack() {
        CloudTestClient client = open();
        String id = gone(client);

        for (int describe = 1; describe <= DESCRIBES; describe++) {
            assertThat(ids(client.describe()))
                    .as("CLD-12: %s was deleted and gone, and is back in describe %d; look for a cache", id, describe)
                    .doesNotContain(id);
        }
    }

    @Test
    public final void required_eni_hasItsOwnMacAndAddresses() {
        CloudTestClient client = open();
        List<CloudEni> enis = List.of(client.createAvailable(), client.createAvailable());

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
        }
        assertThat(enis.stream()
                        .flatMap(eni -> Stream.of(eni.ipv4(), eni.ipv6()))
                        .flatMap(Optional::stream))
                .extracting(EniAddress::address)
                .as("create: two ENIs, one address: %s", enis)
                .doesNotHaveDuplicates();
    }

    @Test
    public final void required_cld20_attachTwiceIsSuccess() {
        CloudTestClient client = open();
        CloudEni eni = client.createAttached();

        client.expectSuccess(
                "CLD-20: attach of %s, which is attached here".formatted(eni.id()), () -> client.attach(eni.id()));

        CloudEni seen = client.waitFor(eni.id(), Status.ATTACHED);
        assertThat(seen.isAttachedTo(client.cloud().node().instanceId()))
                .as("CLD-20: attached twice, %s is described as %s", eni.id(), seen)
                .isTrue();
        assertThat(seen.number())
                .as("CLD-20: the second attach gave %s another number", eni.id())
                .isEqualTo(eni.number());
    }

    @Test
    public final void required_attach_givesEachItsOwnNumber() {
        CloudTestClient client = open();
        assumeTrue(limit() != 1, "limit() is 1: two numbers cannot be compared");
        client.createAttached();
        client.createAttached();

        assertThat(client.describe().stream()
                        .filter(eni -> eni.status() == Status.ATTACHED)
                        .map(CloudEni::number)
                        .filter(n -> n > 0))
                .as("attach: two attached ENIs have one number; check how an index is chosen")
                .doesNotHaveDuplicates();
    }

    @Test
    public final void required_attach_atOnceGivesEachItsOwnNumber() {
        assumeTrue(limit() > 1, "two attachments at once are not tried: limit() is " + limit());
        CloudTestClient client = open();
        List<String> ids = Stream.generate(() -> client.createAvailable().id())
                .limit(limit())
                .toList();

        together("attach", limit(), i -> {
            client.attach(ids.get(i));
            return i;
        });

        assertThat(ids.stream()
                        .map(id -> client.waitFor(id, Status.ATTACHED).number())
                        .filter(n -> n > 0))
                .as("attach: ENIs attached at once have one number; look for two threads that choose one index")
                .doesNotHaveDuplicates();
    }

    @Test
    public final void required_cld21_attachBeyondTheLimitIsFatal() {
        assumeTrue(limit() >= 0, "CLD-21 is not checked: limit() is -1, so the limit cannot be reached");
        CloudTestClient client = open();
        for (int i = 0; i < limit(); i++) {
            client.createAttached();
        }
        String id = client.createAvailable().id();

        Throwable thrown = catchThrowable(() -> client.attach(id));

        assertThat(thrown)
                .as("CLD-21: attach of one more than %d; check the mapping of the cloud's error code", limit())
                .isInstanceOfSatisfying(
                        FatalProviderException.class,
                        e -> assertThat(e.refusal()).isEqualTo(Refusal.ENI_LIMIT));
    }

    @Test
    public final void required_cld30_detachOfWhatIsNotAttachedIsSuccess() {
        CloudTestClient client = open();
        String id = client.createAvailable().id();

        client.expectSuccess("CLD-30: detach of %s, which is not attached".formatted(id), () -> client.detach(id));

        assertThat(client.find(id).map(CloudEni::status))
                .as("CLD-30: %s was free, and was detached", id)
                .contains(Status.AVAILABLE);
    }

    @Test
    public final void required_cld30_detachOfWhatIsGoneIsSuccess() {
        CloudTestClient client = open();
        String id = gone(client);

        client.expectSuccess("CLD-30: detach of %s, which is gone".formatted(id), () -> client.detach(id));
    }

    @Test
    public final void required_cld31_deleteOfWhatIsGoneIsSuccess() {
        CloudTestClient client = open();
        String id = gone(client);

        client.expectSuccess("CLD-31: delete of %s, which is gone".formatted(id), () -> client.delete(id));
    }

    private static String gone(CloudTestClient client) {
        String id = client.createAvailable().id();
        client.delete(id);
        client.waitUntilGone(id);
        return id;
    }

    @Test
    public final void required_cld32_deleteNeverDetaches() {
        CloudTestClient client = open();
        String id = client.createAttached().id();

        Throwable thrown = catchThrowable(() -> client.delete(id));

        assertThat(thrown)
                .as("CLD-32: delete of %s, which is attached; check whether delete detaches first or forces", id)
                .isInstanceOfSatisfying(
                        ProviderException.class, e -> assertThat(e.refusal()).isEqualTo(Refusal.WRONG_STATE));
        assertThat(client.find(id).map(CloudEni::status))
                .as("CLD-32: delete of %s was refused, but it was detached", id)
                .contains(Status.ATTACHED);
    }
}
