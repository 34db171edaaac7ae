package io.enim.provider.fake.ec2;

import static io.enim.provider.fake.ec2.Ec2Error.refused;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Cuts answers into pages. A token names the last item of the page before, so that what comes and goes between two
 * pages neither hides nor repeats what stays.
 */
final class Pages {
    private static final String PREFIX = "after-";
    private static final int LEAST = 5;
    private static final int MOST = 1000;

    private volatile int size = MOST;

    /** A page, and the token of the next. */
    record Page<T>(Collection<T> items, Optional<String> next) {}

    /** The cloud may answer fewer than asked for. */
    void size(int most) {
        size = most;
    }

    <T> Page<T> of(Query query, List<T> all, Function<T, String> id) {
        int asked = query.number("MaxResults", MOST);
        if (asked < LEAST || asked > MOST) {
            throw refused(
                    "InvalidParameterValue",
                    "Value ( " + asked + " ) for parameter maxResults is invalid. Expecting a value between " + LEAST
                            + " and " + MOST + ".");
        }
        Optional<String> token = query.text("NextToken").filter(text -> !text.isEmpty());
        if (token.isPresent() && !token.get().startsWith(PREFIX)) {
            throw refused("InvalidNextToken", "The token is not valid.");
        }
        String after = token.map(text -> text.substring(PREFIX.length())).orElse("");
        List<T> rest = all.stream()
                .filter(each -> id.apply(each).compareTo(after) > 0)
                .sorted((one, other) -> id.apply(one).compareTo(id.apply(other)))
                .toList();
        int count = Math.min(Math.min(asked, size), rest.size());
        return new Page<>(
                rest.subList(0, count),
                count < rest.size() ? Optional.of(PREFIX + id.apply(rest.get(count - 1))) : Optional.empty());
    }
}
