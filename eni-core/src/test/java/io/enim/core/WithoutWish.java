package io.enim.core;

import io.enim.AddRequest;

/** What a manager makes of an ADD that forgets which ENI was asked for. */
public final class WithoutWish {
    private WithoutWish() {}

    public static AddRequest of(AddRequest request) {
        return new AddRequest(
                request.endpoint(),
                request.netns(),
                request.routes(),
                request.link(),
                request.labels(),
                request.timeout(),
                request.whenEmpty());
    }
}
