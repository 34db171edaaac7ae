package io.enim.provider.bce;

import static org.assertj.core.api.Assertions.assertThat;

import io.enim.provider.OwnerTag;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Names with owner tag and token, under BCE's rules for names. */
class EniNamesTest {
    private static final List<OwnerTag> OWNER_TAGS = List.of(
            new OwnerTag("prod", "node-7"),
            new OwnerTag("prod", "node-70"),
            new OwnerTag("pro", "d-node-7"),
            new OwnerTag("a".repeat(63), "b".repeat(63)),
            new OwnerTag("a".repeat(63), "b".repeat(62) + "c"),
            new OwnerTag("a".repeat(62), "b".repeat(63)),
            new OwnerTag("käse", "näme/1"),
            new OwnerTag("", ""),
            new OwnerTag("a/b", "c"),
            new OwnerTag("a", "b/c"));

    @Test
    void theEncodingIsFixed() {
        assertThat(EniNames.name(new OwnerTag("prod", "node-7"), "token-1"))
                .isEqualTo("enim/prod/node-7/3f08aace122ee2368432");
    }

    @Test
    void everyNameIsOneThatBceTakes() {
        Random random = new Random(7);
        for (OwnerTag ownerTag : OWNER_TAGS) {
            String token = Long.toHexString(random.nextLong());
            assertThat(EniNames.name(ownerTag, token))
                    .hasSizeLessThanOrEqualTo(64)
                    .matches("[A-Za-z][A-Za-z0-9_/.-]*");
        }
    }

    @Test
    void everyOwnerTagMatchesItsOwnNamesAndNoOthers() {
        for (OwnerTag ownerTag : OWNER_TAGS) {
            for (OwnerTag other : OWNER_TAGS) {
                String name = EniNames.name(other, "token-1");
                assertThat(EniNames.isOf(ownerTag, name))
                        .as("%s of %s", name, ownerTag)
                        .isEqualTo(ownerTag.equals(other));
                assertThat(name.startsWith(EniNames.prefix(ownerTag))).isEqualTo(ownerTag.equals(other));
            }
        }
    }

    @Test
    void tokensGiveDifferentNamesAndTheSameTokenTheSame() {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            names.add(EniNames.name(OWNER_TAGS.get(0), "token-" + i));
        }
        assertThat(names).hasSize(10_000).contains(EniNames.name(OWNER_TAGS.get(0), "token-77"));
    }

    @Test
    void namesOfOthersAreNotOurs() {
        OwnerTag ownerTag = new OwnerTag("prod", "node-7");
        for (String name : List.of("", "enim/prod/node-7/", "enim/prod/node-7/hand-made", "cce-1/i-1/node-7/c9ca01")) {
            assertThat(EniNames.isOf(ownerTag, name)).as(name).isFalse();
        }
    }
}
