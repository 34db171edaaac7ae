// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.abort;

import io.enim.AmbiguousProviderException;
import io.enim.ClosedException;
import io.enim.EniException;
import io.enim.FatalProviderException;
import io.enim.ProviderException;
import io.enim.ProviderException.Refusal;
import io.enim.RetryableProviderException;
import io.enim.provider.AttachRequest;
import io.enim.provider.CloudEni.Status;
import io.enim.provider.CreateRequest;
import io.enim.provider.EniCloud;
import io.enim.provider.tck.FaultInjector.Fault;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/**
 * Proves an {@link EniCloud}: extend it, say in {@link #newCloud} how one is made, run it with JUnit. The tests are named
 * after the rules CLD-xx of {@link EniCloud}; one that needs more than you gave it is skipped, and says what it needs.
 *
 * <p>Works on an emulator and on the real cloud. There it needs an instance with room for two ENIs, or for
 * {@link #limit()} of them; it creates ENIs under owner tags of its own and removes them after each test, also those of
 * calls whose answers were lost.
 */
public abstract class EniCloudKit extends CloudRules {
    @Test
    public final void optional_cld40_throttlingIsSaidSo() {
        eachCall(
                "throttling",
                Fault.THROTTLE,
                (method, error) -> assertThat(error)
                        .as("CLD-40: %s was throttled; check the mapping of the cloud's code", method)
                        .isInstanceOf(RetryableProviderException.class)
                        .returns(Refusal.THROTTLED, ProviderException::refusal));
    }

    @Test
    public final void optional_cld40_refusedCredentialsAreFatal() {
        eachCall(
                "refused credentials",
                Fault.FORBID,
                (method, error) -> assertThat(error)
                        .as("CLD-40: the credentials do not allow %s; check the mapping of the cloud's code", method)
                        .isInstanceOf(FatalProviderException.class)
                        .returns(Refusal.NOT_PERMITTED, ProviderException::refusal));
    }

    @Test
    public final void optional_cld40_aLostAnswerIsAmbiguous() {
        eachCall("lost answers", Fault.LOSE_ANSWER, (method, error) -> {
            if (method.equals("describe")) {
                assertThat(error)
                        .as("CLD-40: the answer to describe was lost; describe can be repeated")
                        .returns(true, ProviderException::isRetryable);
            } else {
                assertThat(error)
                        .as("CLD-40: the answer to %s was lost; whether it took effect, only the cloud knows", method)
                        .isInstanceOf(AmbiguousProviderException.class);
            }
        });
    }

    private void eachCall(String what, Fault fault, BiConsumer<String, ProviderException> check) {
        FaultInjector faults = requireFaults("CLD-40 is not checked for " + what);
        BiConsumer<String, Runnable> failing = (method, call) -> {
            faults.next(method, fault);
            try {
                call.run();
            } catch (ProviderException e) {
                check.accept(method, e);
            }
        };
        CloudTestClient client = open();
        failing.accept("describe", client.cloud()::describe);
        eachChange(client, failing);
    }

    /**
     * One ENI from create to delete, where each call fails once and is then repeated as core does. A call that overcomes
     * the fault by itself, within a second, is as good.
     */
    private static void eachChange(CloudTestClient client, BiConsumer<String, Runnable> failing) {
        EniCloud cloud = client.cloud();
        String token = CloudTestClient.token();
        failing.accept("create", () -> client.createOnce(token));
        String id = client.create(token).id();
        client.waitFor(id, Status.AVAILABLE);
        failing.accept("attach", () -> cloud.attach(id, new AttachRequest(CloudTestClient.token())));
        client.attach(id);
        client.waitFor(id, Status.ATTACHED);
        failing.accept("detach", () -> cloud.detach(id));
        client.detach(id);
        client.waitFor(id, Status.AVAILABLE);
        failing.accept("delete", () -> cloud.delete(id));
        client.delete(id);
        client.waitUntilGone(id);
        assertThat(client.withOwnerTag())
                .as("CLD-10: create failed once and was repeated with one token; check what else it created")
                .isEmpty();
    }

    @Test
    public final void required_cld41_anInterruptedThreadKeepsItsFlag() {
        CloudTestClient client = open();
        EniCloud cloud = client.cloud();
        String token = CloudTestClient.token();
        String id = client.createAvailable().id();

        InterruptedCalls.call("CLD-41", timeLimit(), "describe", cloud::describe);
        InterruptedCalls.call("CLD-41", timeLimit(), "limits", cloud::limits);
        InterruptedCalls.call("CLD-41", timeLimit(), "create", () -> client.createOnce(token));
        InterruptedCalls.call(
                "CLD-41", timeLimit(), "attach", () -> cloud.attach(id, new AttachRequest(CloudTestClient.token())));
        InterruptedCalls.call("CLD-41", timeLimit(), "detach", () -> cloud.detach(id));
        InterruptedCalls.call("CLD-41", timeLimit(), "delete", () -> cloud.delete("eni-kit-none"));
    }

    @Test
    public final void optional_cld41_aCallThatWaitsEndsWhenInterrupted() {
        FaultInjector faults = requireFaults("CLD-41 is checked before a call only");
        CloudTestClient client = open();
        assertThat(interruptWaiting("CLD-41", faults, "describe", client.cloud()::describe))
                .as("CLD-41: describe was interrupted before its answer came, and answered")
                .isPresent();
    }

    @Test
    public final void optional_cld41_aChangeThatWaitsEndsWhenInterrupted() {
        FaultInjector faults = requireFaults("CLD-41 is not checked for changes");
        CloudTestClient client = open();
        eachChange(client, (method, call) -> interruptChange(faults, method, call));
    }

    /** The adapter cannot know whether the call took effect, so it must not say that it failed for good. */
    private void interruptChange(FaultInjector faults, String method, Runnable call) {
        Optional<EniException> error = interruptWaiting("CLD-41", faults, method, call);
        assertThat(error.map(EniException::isRetryable))
                .as("CLD-41: %s was interrupted as it waited; its error must allow a retry, and was %s", method, error)
                .contains(true);
    }

    @Test
    public final void required_cld42_aClosedCloudSaysSo() {
        EniCloud cloud = newCloud(ownerTag("n1"));
        cloud.close();
        assertThatCode(cloud::close)
                .as("CLD-42: close is idempotent, and the second one failed")
                .doesNotThrowAnyException();

        Set<String> open = new HashSet<>();
        closed("node", open, cloud::node);
        closed("limits", open, cloud::limits);
        closed("describe", open, cloud::describe);
        closed("create", open, () -> cloud.create(new CreateRequest(CloudTestClient.token(), ownerTag("n1"))));
        closed("attach", open, () -> cloud.attach("eni-kit-none", new AttachRequest(CloudTestClient.token())));
        closed("detach", open, () -> cloud.detach("eni-kit-none"));
        closed("delete", open, () -> cloud.delete("eni-kit-none"));
        assertThat(open)
                .as("CLD-42: after close these do not throw ClosedException; check for closed first")
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
        ThreadLeakCheck leakCheck = new ThreadLeakCheck();
        CloudTestClient client = open();
        client.describe();
        client.retrying(client.cloud()::limits);
        String id = client.createAttached().id();
        client.detach(id);
        client.waitFor(id, Status.AVAILABLE);
        client.delete(id);

        client.closeCloud();

        requireNoneLeft(leakCheck, "CLD-42");
    }

    @Test
    public final void optional_cld42_noThreadOutlivesCloseAfterAnInterruptedCall() {
        FaultInjector faults = requireFaults("CLD-42 is checked without calls that wait");
        ThreadLeakCheck leakCheck = new ThreadLeakCheck();
        CloudTestClient client = open();
        try {
            try {
                InterruptedCalls.whileWaiting("CLD-42", timeLimit(), faults, "describe", client.cloud()::describe);
            } catch (AssertionError e) {
                abort("CLD-42 is not checked after an interrupted call, because CLD-41 is broken: " + e.getMessage());
            }

            client.closeCloud();

            requireNoneLeft(leakCheck, "CLD-42");
        } finally {
            faults.release();
        }
    }
}
