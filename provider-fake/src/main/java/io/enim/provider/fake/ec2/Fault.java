package io.enim.provider.fake.ec2;

/** What may befall a request on its way, at the cloud, or on the way back. */
public enum Fault {
    /** None: it is answered. */
    NONE,
    /** The account's rate is used up; nothing happened. */
    THROTTLED,
    /** The connection ends before the cloud has read it; nothing happened. */
    LOST_BEFORE,
    /** The connection ends after it took effect. */
    LOST_AFTER,
    /** The cloud failed inside and says so; nothing happened. */
    FAILED_BEFORE,
    /** A load balancer answers with a page of its own; nothing happened. */
    PAGE_BEFORE,
    /** A load balancer answers with a page of its own after it took effect. */
    PAGE_AFTER,
    /** Something between answers 200 with a page of its own; nothing happened. */
    LOGIN_PAGE,
    /** The answer says its length and ends half way; it took effect. */
    CUT_SHORT,
    /** The answer ends before its first byte, under a good status; it took effect. */
    EMPTY,
    /** No answer ever comes; it took effect. */
    SILENT;

    /** Whether the request reaches the cloud. */
    boolean takesEffect() {
        return switch (this) {
            case NONE, LOST_AFTER, PAGE_AFTER, CUT_SHORT, EMPTY, SILENT -> true;
            case THROTTLED, LOST_BEFORE, FAILED_BEFORE, PAGE_BEFORE, LOGIN_PAGE -> false;
        };
    }
}
