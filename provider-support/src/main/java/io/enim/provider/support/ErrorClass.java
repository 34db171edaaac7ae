// SPDX-License-Identifier: Apache-2.0
package io.enim.provider.support;

import io.enim.ProviderException.Refusal;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What an error of a cloud means. A vendor maps each code of its cloud to one of these. */
public enum ErrorClass {
    THROTTLED(After.RETRY, Refusal.THROTTLED, "the account's request rate is used up; back off, and lower the rate"),
    NOT_PERMITTED(
            After.GIVE_UP,
            Refusal.NOT_PERMITTED,
            "the credentials are missing, expired or lack the permission, or this machine's clock is wrong"),
    ENI_LIMIT(After.GIVE_UP, Refusal.ENI_LIMIT, "the instance or the account has all it may have; lower the limit"),
    SUBNET_FULL(After.RETRY, Refusal.SUBNET_FULL, "the subnet has no free address; add subnets or wait"),
    /** The ENI is unknown. */
    NOT_FOUND(After.RETRY, Refusal.NOT_FOUND, "it is gone, or not visible yet; describe before acting again"),
    /** Something that the settings name is unknown. */
    SETTING_NOT_FOUND(
            After.GIVE_UP,
            Refusal.NOT_FOUND,
            "a subnet or security group is unknown; correct the settings under enim.provider."),
    /** Another interface has the slot of the instance that was chosen. */
    SLOT_TAKEN(After.RETRY, Refusal.WRONG_STATE, "the device index is taken; take the next"),
    WRONG_STATE(After.RETRY, Refusal.WRONG_STATE, "its state does not allow this now; wait until it has changed"),
    /** The instance is not running: it starts, or has ended. What describes it tells which. */
    INSTANCE_NOT_RUNNING(
            After.RETRY,
            Refusal.WRONG_STATE,
            "this instance is not running yet, or no longer; it is asked again in seconds"),
    INSTANCE_GONE(
            After.GIVE_UP,
            Refusal.INSTANCE_GONE,
            "this instance is terminated, stopped or unknown; nothing can attach"),
    TOKEN_MISMATCH(
            After.GIVE_UP,
            Refusal.TOKEN_MISMATCH,
            "the token was used with other parameters: one intent, one token, one set of settings"),
    /** The cloud failed, and may have done it. */
    FAILED(After.ASK_AGAIN, Refusal.UNAVAILABLE, "the cloud failed inside; describe before acting again"),
    /** The answer did not come, or not whole. */
    LOST(After.ASK_AGAIN, Refusal.UNAVAILABLE, "there was no whole answer; describe before acting again"),
    /** Anything else. */
    REFUSED(After.GIVE_UP, Refusal.OTHER, "repeating does not help; correct the request or the settings");

    /** What may be done next. */
    enum After {
        /** No effect; may succeed later. */
        RETRY,
        /** No effect; repeating does not help. */
        GIVE_UP,
        /** It may have happened, when the request changes something. */
        ASK_AGAIN
    }

    final After after;
    final Refusal refusal;
    /** The next step, for the message. */
    final String advice;

    ErrorClass(After after, Refusal refusal, String advice) {
        this.after = after;
        this.refusal = refusal;
        this.advice = advice;
    }

    /** Reads a table of a cloud's codes: in each line a class and the codes that mean it, between blanks. */
    public static Map<String, ErrorClass> table(String lines) {
        return lines.lines()
                .map(line -> List.of(line.split(" +")))
                .flatMap(words -> words.stream().skip(1).map(code -> Map.entry(code, valueOf(words.get(0)))))
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
    }
}
