// SPDX-License-Identifier: Apache-2.0
package io.enim.examples.agent.conflist;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.enim.SettingsException;
import io.enim.examples.agent.cni.spec.CniException;
import io.enim.examples.agent.cni.spec.CniJson;
import io.enim.examples.agent.config.AgentSetting;
import io.enim.examples.agent.config.AgentSettings.ConflistSettings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The file with the network configuration. It carries a mark, a key that runtimes do not read, by which an agent knows its own
 * file and that of the agent before it, whatever else was in it; any other file is not changed. Blocks on the disk; not
 * thread-safe.
 */
final class Conflist {
    private static final String MARK = "enim.io/written-by";
    private static final String AGENT = "enim-agent";

    /** What the disk has. */
    enum Found {
        NONE,
        /** Of an agent, with other content than this one writes. */
        OLD,
        /** As this agent writes it. */
        WRITTEN,
        /** Of another party. */
        FOREIGN
    }

    private final Path file;
    private final String content;

    private Conflist(Path file, String content) {
        this.file = file;
        this.content = content;
    }

    /**
     * Reads what is to be written.
     *
     * @throws SettingsException the template cannot be read, or is no list of network configurations
     */
    static Conflist of(ConflistSettings settings) {
        String source = settings.template().map(Path::toString).orElse("the agent's own template");
        try {
            byte[] text = settings.template().isPresent()
                    ? Files.readAllBytes(settings.template().get())
                    : ownTemplate();
            Map<String, Object> marked = new LinkedHashMap<>(CniJson.read(text).map());
            if (!(marked.get("plugins") instanceof Iterable<?>) || !(marked.get("name") instanceof String)) {
                throw new SettingsException(
                        AgentSetting.CONFLIST_TEMPLATE.key(),
                        source + " is no list of network configurations: it needs a name and plugins");
            }
            marked.put(MARK, AGENT);
            return new Conflist(settings.file(), CniJson.write(marked) + "\n");
        } catch (CniException e) {
            throw new SettingsException(
                    AgentSetting.CONFLIST_TEMPLATE.key(), source + ": " + e.getMessage() + ": " + e.details(), e);
        } catch (IOException e) {
            throw new SettingsException(AgentSetting.CONFLIST_TEMPLATE.key(), source + " cannot be read: " + e, e);
        }
    }

    private static byte[] ownTemplate() throws IOException {
        try (InputStream in = Conflist.class.getResourceAsStream("/10-enim.conflist")) {
            return Objects.requireNonNull(in, "10-enim.conflist is packed with the agent")
                    .readAllBytes();
        }
    }

    Path file() {
        return file;
    }

    Found find() throws IOException {
        byte[] text;
        try {
            text = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            return Found.NONE;
        }
        if (new String(text, UTF_8).equals(content)) {
            return Found.WRITTEN;
        }
        try {
            return AGENT.equals(CniJson.read(text).map().get(MARK)) ? Found.OLD : Found.FOREIGN;
        } catch (CniException e) {
            return Found.FOREIGN; // Whatever it is, no agent has written it.
        }
    }

    /**
     * Makes the file what it is to be; false if a foreign one is there. A new one appears by a link, which replaces nothing that
     * another party puts there meanwhile; an old one is replaced by a rename. Either is seen complete or not at all.
     */
    boolean write() throws IOException {
        Found found = find();
        if (found == Found.WRITTEN || found == Found.FOREIGN) {
            return found == Found.WRITTEN;
        }
        // Runtimes read only names that end in .conf, .conflist or .json.
        Path fresh = file.resolveSibling("." + file.getFileName() + ".new");
        Files.createDirectories(file.getParent());
        Files.writeString(fresh, content);
        try {
            if (found == Found.OLD) {
                Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
            } else {
                Files.createLink(file, fresh);
            }
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    /** Removes the file if an agent has written it; false if a foreign one is there. */
    boolean remove() throws IOException {
        Found found = find();
        if (found == Found.OLD || found == Found.WRITTEN) {
            Files.deleteIfExists(file);
        }
        return found != Found.FOREIGN;
    }
}
