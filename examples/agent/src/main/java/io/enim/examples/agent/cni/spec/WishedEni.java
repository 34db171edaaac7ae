// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.cni.spec;

import io.enim.Cidr;
import io.enim.EniWish;
import io.enim.InvalidRequestException;
import io.enim.MacAddress;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * The ENI that an ADD asks for. Runtimes pass addresses and a MAC in several places, and all of these mean the same: the
 * capability arguments {@code ips} and {@code mac}, {@code args.cni.ips} and {@code args.cni.mac}, {@code IP} and {@code MAC}
 * in CNI_ARGS, and {@code hwaddr} of a plugin whose addresses ENIM manages. They are requirements: a container that was told
 * its address must not run with another one. A pod's annotation may ask where the runtime does not.
 */
public final class WishedEni {
    private static final Pattern MAC = Pattern.compile("[0-9a-fA-F]{2}(?::[0-9a-fA-F]{2}){5}");
    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|.*:.*");
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.\\-]{0,252}");

    private EniWish wish;

    private WishedEni(EniWish wish) {
        this.wish = wish;
    }

    /** @throws CniException of code 4 or 7: a part cannot be read, or two contradict each other */
    public static EniWish of(NetworkConfig config, CniArgs args, EniWish pods) {
        WishedEni asked = new WishedEni(EniWish.required());
        JsonFields fields = config.fields();
        fields.object("runtimeConfig").ifPresent(asked::readSection);
        fields.object("args").flatMap(all -> all.object("cni")).ifPresent(asked::readSection);
        Function<String, CniException> environment =
                message -> CniException.environment("CNI_ARGS: " + message, "name what one ENI of this node has");
        args.ip().ifPresent(text -> asked.add(text, WishedEni::withAddress, environment));
        args.mac().ifPresent(text -> asked.add(text, WishedEni::withMac, environment));
        if (config.role() == NetworkConfig.Role.IPAM) {
            asked.readMac(fields, "hwaddr");
        }
        if (!asked.wish.isEmpty() && !pods.isEmpty()) {
            throw CniException.configuration(
                    "it asks for " + asked.wish + ", and an annotation of the pod for " + pods, "ask in one place");
        }
        return asked.wish.isEmpty() ? pods : asked.wish;
    }

    /** The wish for what the words of an annotation name: addresses, a MAC or an ENI's id, separated by commas. */
    static EniWish named(EniWish strength, String annotation, String text) {
        WishedEni asked = new WishedEni(strength);
        for (String word : text.split(",", -1)) {
            asked.add(
                    word.strip(),
                    WishedEni::withWord,
                    message -> new CniException(
                            CniErrorCode.INVALID_CONFIG,
                            "annotation " + annotation + ": " + message,
                            "write addresses, a MAC or an ENI's id, separated by commas"));
        }
        return asked.wish;
    }

    private void readSection(JsonFields section) {
        String ips = section.pathOf("ips");
        section.texts("ips").forEach(text -> add(text, WishedEni::withAddress, configuration(ips)));
        readMac(section, "mac");
    }

    private void readMac(JsonFields section, String key) {
        section.text(key)
                .filter(text -> !text.isEmpty())
                .ifPresent(text -> add(text, WishedEni::withMac, configuration(section.pathOf(key))));
    }

    private static Function<String, CniException> configuration(String path) {
        return message -> CniException.configuration(path + ": " + message, "name what one ENI of this node has");
    }

    private void add(String text, Reader reader, Function<String, CniException> error) {
        try {
            wish = reader.into(wish, text);
        } catch (InvalidRequestException e) {
            throw error.apply(String.valueOf(e.getMessage()));
        }
    }

    @FunctionalInterface
    private interface Reader {
        EniWish into(EniWish wish, String text);
    }

    private static EniWish withWord(EniWish wish, String word) {
        if (MAC.matcher(word).matches()) {
            return withMac(wish, word);
        }
        if (ADDRESS.matcher(word).matches()) {
            return withAddress(wish, word);
        }
        if (!ID.matcher(word).matches()
                || wish.eniId().filter(id -> !id.equals(word)).isPresent()) {
            throw new InvalidRequestException("eni", word, "one id, as the cloud writes it");
        }
        return wish.withEni(word);
    }

    /** Some callers write the prefix length, which is the cloud's to say. */
    private static EniWish withAddress(EniWish wish, String text) {
        int slash = text.indexOf('/');
        return wish.withAddress(Cidr.parseAddress(slash < 0 ? text : text.substring(0, slash)));
    }

    private static EniWish withMac(EniWish wish, String text) {
        MacAddress mac = MacAddress.parse(text);
        wish.mac().filter(before -> !before.equals(mac)).ifPresent(before -> {
            throw new InvalidRequestException(
                    "mac", text, "an ENI has one MAC, and " + before + " was asked for before");
        });
        return wish.withMac(mac);
    }
}
