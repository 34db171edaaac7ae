// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.support;

import io.enim.examples.agent.config.ShownSettings;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes secrets out of text, by their values where they are known, and by how they look: {@code password=…}, {@code Bearer …}, a user
 * and a password in an address, an access key of AWS, a private key. Not thread-safe.
 */
final class Redaction {
    /** A shorter value is a word that may stand anywhere. */
    private static final int SHORTEST = 6;

    /** With bounds, so that a long line costs no more than its length. */
    private static final String NAME =
            "(?:secret|token|passw|credential|access[._-]?key|api[._-]?key|signature|authorization)"
                    + "[\\w.-]{0,40}\"?\\s{0,4}[=:]\\s{0,4}";

    private static final List<Pattern> LOOKS = List.of(
            Pattern.compile("-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[^-]*(?:-----END [A-Z ]{0,40}PRIVATE KEY-----)?"),
            Pattern.compile("(?i)(bearer\\s{1,4})[\\w.~+/=-]{4,}"),
            Pattern.compile("(://)[^/\\s@]{1,200}@"),
            Pattern.compile("(?:AKIA|ASIA)[A-Z0-9]{12,}"),
            // A value in quotes to its end, another to a separator.
            Pattern.compile("(?i)(" + NAME + ")(?:\"[^\"\\n]*\"|[^\\s,;\"}&]+)"));
    /** A path of a file that holds a secret, and the id of a call that is repeated, are none. */
    private static final Pattern HARMLESS =
            Pattern.compile("(?i)(?:[\\w.-]{0,40}-file\"?\\s{0,4}[=:].*|token=enim-[\\w-]+)");

    private final Set<String> values =
            new TreeSet<>(Comparator.comparingInt(String::length).reversed().thenComparing(Comparator.naturalOrder()));

    /** From now on this value is a secret, wherever it stands. */
    void add(String value) {
        String text = value.strip();
        if (text.length() >= SHORTEST) {
            values.add(text);
        }
    }

    String clean(String text) {
        String clean = text;
        for (String value : values) {
            clean = clean.replace(value, ShownSettings.MASK);
        }
        for (Pattern look : LOOKS) {
            clean = look.matcher(clean).replaceAll(found -> {
                if (HARMLESS.matcher(found.group()).matches()) {
                    return Matcher.quoteReplacement(found.group());
                }
                String kept = found.groupCount() > 0 ? found.group(1) : "";
                return Matcher.quoteReplacement(kept + ShownSettings.MASK);
            });
        }
        return clean;
    }
}
