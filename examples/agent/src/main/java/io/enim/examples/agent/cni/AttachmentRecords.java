package io.enim.examples.agent.cni;

import io.enim.LedgerException;
import io.enim.examples.agent.cni.spec.AttachmentId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Which network an attachment belongs to. A CNI GC speaks for one network and lists its living attachments only; without
 * this record, it would condemn those of every other network on the node.
 *
 * <p>One small file for each attachment, replaced by rename, written before the ENI is claimed: an attachment without a
 * record was never made through CNI. The files end with the boot, as the assignments do.
 */
final class AttachmentRecords {
    private static final String TEMPORARY = ".tmp";

    private final Path directory;

    /** @throws LedgerException the directory cannot be created */
    AttachmentRecords(Path directory) {
        this.directory = directory;
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new LedgerException("create", directory, "a directory that the agent can write is needed here", e);
        }
    }

    void put(AttachmentId attachmentId, String network) {
        Path file = fileOf(attachmentId);
        try {
            Path temporary = Files.createTempFile(directory, file.getFileName().toString(), TEMPORARY);
            Files.writeString(temporary, network, StandardCharsets.UTF_8);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new LedgerException("write", file, "is the disk full or read-only?", e);
        }
    }

    /** The network's name; empty when this attachment was not made through CNI. */
    Optional<String> network(AttachmentId attachmentId) {
        Path file = fileOf(attachmentId);
        try {
            return Optional.of(Files.readString(file, StandardCharsets.UTF_8));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new LedgerException("read", file, "it must be readable for the agent", e);
        }
    }

    void remove(AttachmentId attachmentId) {
        Path file = fileOf(attachmentId);
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new LedgerException("remove", file, "is the disk read-only?", e);
        }
    }

    /** Names of callers never become names of files. */
    private Path fileOf(AttachmentId attachmentId) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest((attachmentId.containerId() + "/" + attachmentId.ifname())
                            .getBytes(StandardCharsets.UTF_8));
            return directory.resolve(HexFormat.of().formatHex(hash, 0, 16));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
