package io.enim.provider.support;

import io.enim.ProviderException.Refusal;

/** What an error of a cloud means. A vendor maps each code of its cloud to one of these. */
public enum ErrorClass {
    /** Too many requests. */
    THROTTLED(After.RETRY, Refusal.THROTTLED, "the account's request rate is used up; back off, and lower the rate"),
    /** The credentials do not allow it. */
    NOT_PERMITTED(
            After.GIVE_UP,
            Refusal.NOT_PERMITTED,
            "the credentials are missing, expired or lack the permission, or this machine's clock is wrong"),
    /** No more ENIs for this instance or account. */
    ENI_LIMIT(After.GIVE_UP, Refusal.ENI_LIMIT, "the instance or the account has all it may have; lower the limit"),
    /** No more addresses in the subnet. */
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
    /** Its state does not allow this. */
    WRONG_STATE(After.RETRY, Refusal.WRONG_STATE, "its state does not allow this now; wait until it has changed"),
    /** There is no such instance any more. */
    INSTANCE_GONE(
            After.GIVE_UP,
            Refusal.INSTANCE_GONE,
            "this instance is terminated, stopped or unknown; nothing can attach"),
    /** The token came with other parameters before. */
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
    public enum After {
        /** No effect; may succeed later. */
        RETRY,
        /** No effect; repeating does not help. */
        GIVE_UP,
        /** It may have happened, when the request changes something. */
        ASK_AGAIN
    }

    private final After after;
    private final Refusal refusal;
    private final String advice;

    ErrorClass(After after, Refusal refusal, String advice) {
        this.after = after;
        this.refusal = refusal;
        this.advice = advice;
    }

    /** What may be done after a request that changes something. */
    public After after() {
        return after;
    }

    /** What the cloud refused. */
    public Refusal refusal() {
        return refusal;
    }

    /** The next step, for the message. */
    public String advice() {
        return advice;
    }
}
