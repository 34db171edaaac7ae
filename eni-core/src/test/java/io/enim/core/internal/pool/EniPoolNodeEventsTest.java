package io.enim.core.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.Endpoint;
import io.enim.Eni;
import io.enim.EniSetting;
import io.enim.EniState;
import io.enim.GcRequest.Mode;
import io.enim.core.internal.pool.store.CloudIntent;
import io.enim.core.internal.pool.throttle.CloudCall;
import io.enim.core.internal.step.Step;
import io.enim.provider.CloudEni;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a node's ENIs when the node is drained, rebooted, renamed, cloned, or gets an old state directory. */
final class EniPoolNodeEventsTest extends PoolFixture {
    private static final Duration LONG = Duration.ofHours(2);
    private static final String RETIRED = "eni-retired";
    private static final String TOKEN = "token-of-the-past";

    @TempDir
    Path copies;

    private Path copy(String name) {
        try {
            Path copy = Files.createDirectory(copies.resolve(name));
            try (Stream<Path> files = Files.walk(state)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Path to = copy.resolve(state.relativize(file).toString());
                    Files.createDirectories(to.getParent());
                    Files.copy(file, to);
                }
            }
            return copy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Cloud calls other than descriptions, since then. */
    private List<String> mutationsSince(int calls) {
        return cloud.calls.subList(calls, cloud.calls.size()).stream()
                .filter(call -> !call.startsWith("describe"))
                .toList();
    }

    private Set<String> attachedTo(String instance) {
        return cloud.enis.values().stream()
                .filter(eni -> eni.isAttachedTo(instance))
                .map(CloudEni::id)
                .collect(TreeSet::new, Set::add, Set::addAll);
    }

    /**
     * A pool that has ended with a pod on its first ENI, and in the middle of much: the second one's device is awaited, a creation
     * was sent whose answer has not come, and an ENI that is detached already is to be deleted.
     */
    private void endWithIntents() {
        with(EniSetting.POOL_WARM, 1).with(EniSetting.POOL_IDLE, Duration.ofMinutes(1));
        EniPool pool = startWarm();
        hold(pool);
        cloud.devicesAppear = false;
        passSeconds(30);
        cloud.addAvailable(RETIRED, Optional.of(TestCloud.OURS));
        store.record(Step.POOL_RECORD_RETIRE, CloudIntent.retire(RETIRED, clock.instant()));
        store.record(
                Step.POOL_RECORD_CREATE,
                new CloudIntent(CloudIntent.Kind.PROVISION, TOKEN, Optional.empty(), clock.instant()));
        close(pool);
        assertThat(intentsIn(state)).hasSize(3);
        cloud.devicesAppear = true;
    }

    private static List<String> intentsIn(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("create-") || name.startsWith("retire-"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void p12_aNodeThatIsDrainedAndStoppedLeavesItsEnisAttachedAndTheNextAgentHasThem() {
        EniPool pool = startWarm();
        hold(pool);
        pool.deallocateEni(endpoint(1));
        held.clear();
        pass(Duration.ofMinutes(1));
        Set<String> before = attachedTo(TestCloud.INSTANCE);
        assertThat(before).isNotEmpty();
        close(pool);
        pass(LONG);
        assertThat(attachedTo(TestCloud.INSTANCE)).isEqualTo(before);
        EniPool next = start();
        passSeconds(10);
        assertThat(ids(next, EniState.READY)).containsExactlyElementsOf(before);
    }

    @Test
    void aDrainedNodeGivesAllItsEnisBackWhenItMayHaveNone() {
        EniPool pool = startWarm();
        hold(pool);
        pool.deallocateEni(endpoint(1));
        held.clear();
        close(pool);
        with(EniSetting.POOL_MAX, 0)
                .with(EniSetting.POOL_WARM, 0)
                .with(EniSetting.POOL_MIN, 0)
                .with(EniSetting.POOL_IDLE, Duration.ofSeconds(1));
        EniPool last = start();
        pass(Duration.ofMinutes(15));
        assertThat(cloud.enis).isEmpty();
        assertThat(last.list()).isEmpty();
        assertThat(intentsIn(state)).isEmpty();
    }

    @Test
    void p5_afterARebootTheStateDirectoryIsContinuedAndAllEnisAreFree() {
        endWithIntents();
        // No sandbox has survived: the devices are on the host, and the run directory's records count no more.
        held.clear();
        EniPool next = start();
        pass(LONG);
        assertThat(intentsIn(state)).isEmpty();
        assertThat(next.problems()).isEmpty();
        assertThatTheCloudHasNoOther(next);
        assertThat(next.list()).extracting(Eni::state).containsOnly(EniState.READY);
        assertThat(cloud.calls).contains("delete " + RETIRED, "create " + TOKEN);
    }

    @Test
    void p12_aNodeThatIsRenamedIsToldSoAndTouchesNoEniOfItsFormerName() {
        endWithIntents();
        Eni ofAPod = cloudEniOf(endpoint(1));
        Set<String> before = new TreeSet<>(cloud.enis.keySet());
        Set<String> attached = attachedTo(TestCloud.INSTANCE);
        int calls = cloud.calls.size();
        named("m");
        EniPool renamed = start();
        pass(LONG);
        assertThat(renamed.problems())
                .anyMatch(
                        problem -> problem.contains("was that of c/n at instance i-1, and this is c/m at instance i-1")
                                && problem.contains("set it back"))
                .anyMatch(problem -> problem.contains("tagged c/n, another node; left alone"));
        assertThat(mutationsSince(calls))
                .noneMatch(call -> before.stream().anyMatch(call::endsWith))
                .doesNotContain("create " + TOKEN);
        assertThat(cloud.enis.keySet()).containsAll(before);
        assertThat(intentsIn(state)).as("nothing is continued").isEmpty();
        assertThat(renamed.allocateNextEni(endpoint(1)).id())
                .as("the pod keeps its ENI")
                .isEqualTo(ofAPod.id());

        close(renamed);
        named("n");
        EniPool back = start();
        pass(LONG);
        assertThat(back.allocateNextEni(endpoint(1)).id()).isEqualTo(ofAPod.id());
        assertThat(back.list()).extracting(Eni::id).containsAll(attached);
    }

    private Eni cloudEniOf(Endpoint endpoint) {
        String id = held.get(endpoint);
        CloudEni eni = cloud.enis.get(id);
        return new Eni(
                id,
                eni.mac(),
                eni.ipv4(),
                eni.ipv6(),
                eni.subnetId(),
                eni.number(),
                EniState.IN_USE,
                Optional.of(endpoint),
                "");
    }

    /** Its disk has the intents of the first one, and perhaps its name too. */
    @ParameterizedTest
    @ValueSource(strings = {"n", "clone"})
    void p12_aClonedDiskTouchesNoEniOfTheFirstNode(String name) {
        endWithIntents();
        Set<String> ofTheFirst = new TreeSet<>(cloud.enis.keySet());
        Set<String> attached = attachedTo(TestCloud.INSTANCE);
        assertThat(attached).isNotEmpty();
        int calls = cloud.calls.size();

        held.clear();
        cloud.instance = "i-2";
        state = copy("clone");
        named(name);
        EniPool clone = start();
        pass(LONG);
        clone.collect(Mode.ACT);
        pass(LONG);
        assertThat(mutationsSince(calls))
                .noneMatch(call -> ofTheFirst.stream().anyMatch(call::endsWith))
                .doesNotContain("create " + TOKEN);
        assertThat(attachedTo(TestCloud.INSTANCE)).isEqualTo(attached);
        assertThat(cloud.enis.keySet()).containsAll(ofTheFirst);
        assertThat(clone.problems())
                .anyMatch(problem -> problem.contains("was that of c/n at instance i-1, and this is c/" + name));
        assertThat(clone.problems().stream().anyMatch(problem -> problem.contains("two nodes have one name")))
                .isEqualTo(name.equals("n"));
        assertThat(attachedTo("i-2")).as("it has ENIs of its own").isNotEmpty();
        assertThat(clone.list()).extracting(Eni::id).doesNotContainAnyElementsOf(ofTheFirst);
    }

    /** Intents of long ago are in it: of an ENI that serves a pod by now, and of one that is gone. */
    @Test
    void p1_p12_aRestoredStateDirectoryGivesNothingTwiceAndTakesNothingFromAPod() {
        endWithIntents();
        Path old = copy("old");
        List<String> oldIntents = intentsIn(old);
        EniPool pool = start();
        pass(LONG);
        List<Integer> pods = new ArrayList<>(List.of(2, 3));
        pods.forEach(pod -> serve(pool, endpoint(pod)));
        pass(Duration.ofMinutes(1));
        assertThat(intentsIn(state)).isEmpty();
        close(pool);
        int calls = cloud.calls.size();

        state = old;
        assertThat(intentsIn(state)).isEqualTo(oldIntents);
        EniPool restored = start();
        pass(LONG);
        held.forEach(
                (endpoint, id) -> assertThat(restored.allocateNextEni(endpoint).id())
                        .as("%s", endpoint)
                        .isEqualTo(id));
        assertThat(new TreeSet<>(held.values())).as("each its own").hasSameSizeAs(held.keySet());
        assertThat(mutationsSince(calls))
                .noneMatch(call -> held.values().stream().anyMatch(call::endsWith));
        assertThat(intentsIn(state)).isEmpty();
        assertThatTheCloudHasNoOther(restored);
        assertThat(restored.problems()).isEmpty();
    }

    @Test
    void anOwnerRecordThatCannotBeReadIsSetAsideAndTheNodeGoesOn() throws IOException {
        EniPool pool = startWarm();
        close(pool);
        Files.writeString(state.resolve("owner/owner.rec"), "torn");
        EniPool next = start();
        passSeconds(10);
        assertThat(ids(next, EniState.READY)).hasSize(2);
        assertThat(cloud.count(CloudCall.DELETE)).isZero();
        assertThat(next.problems()).anyMatch(problem -> problem.contains("owner"));
    }
}
