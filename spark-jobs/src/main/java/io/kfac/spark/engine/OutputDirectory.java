package io.kfac.spark.engine;

import io.kfac.spark.data.BadInput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A directory that appears whole or not at all: written aside, in a hidden sibling, and renamed by {@link #commit}. Closing
 * without that removes what was written, and so does the end of the JVM.
 */
public final class OutputDirectory implements AutoCloseable {
    private final FileSystem files;
    private final Path target;
    private final Path aside;
    private final boolean overwrite;
    private final List<Path> createdParents = new ArrayList<>();
    private boolean committed;

    private OutputDirectory(FileSystem files, Path target, boolean overwrite) {
        this.files = files;
        this.target = target;
        this.overwrite = overwrite;
        this.aside = new Path(target.getParent(), "." + target.getName() + "." + UUID.randomUUID() + ".tmp");
    }

    /**
     * @param overwrite whether a directory of that name may be replaced, once the new one is whole
     * @throws BadInput if it exists and may not
     */
    public static OutputDirectory create(String directory, boolean overwrite, Configuration conf) {
        try {
            Path given = new Path(directory);
            FileSystem files = Files.system(given, conf);
            Path target = files.makeQualified(given);
            if (target.getParent() == null) {
                throw new BadInput("Cannot write to %s: it is the root of a file system".formatted(directory));
            }
            if (files.exists(target)) {
                if (!overwrite) {
                    throw new BadInput("Cannot write to %s: it exists. Remedy: --overwrite, or another --output"
                            .formatted(directory));
                }
                if (files.getFileStatus(target).isFile()) {
                    throw new BadInput("Cannot write to %s: it is a file, not a directory".formatted(directory));
                }
            }
            OutputDirectory output = new OutputDirectory(files, target, overwrite);
            output.makeAside();
            return output;
        } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
            throw new BadInput("Cannot write to %s: %s".formatted(directory, e.getMessage()), e);
        }
    }

    private void makeAside() throws IOException {
        for (Path parent = target.getParent(); parent != null && !files.exists(parent); parent = parent.getParent()) {
            createdParents.add(parent);
        }
        if (!files.mkdirs(aside)) {
            throw new IOException("cannot make directory " + aside);
        }
        files.deleteOnExit(aside);
    }

    /** Where to write: not the final name. */
    public Path path() {
        return aside;
    }

    /** The final name. */
    public Path target() {
        return target;
    }

    /**
     * Puts the directory in its place; one that was there goes only now.
     * @throws BadInput if there is one by now and it may not be replaced; what was written is kept under another name
     */
    public void commit() {
        try {
            Path old = new Path(aside.getParent(), aside.getName() + ".old");
            boolean replaces = files.exists(target);
            if (replaces && !overwrite) {
                throw refusal();
            }
            if (replaces) {
                rename(target, old);
            }
            try {
                rename(aside, target);
            } catch (IOException e) {
                if (replaces) {
                    rename(old, target);
                }
                throw e;
            }
            keep();
            if (replaces) {
                files.delete(old, true);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private BadInput refusal() throws IOException {
        Path kept = target.suffix("-" + UUID.randomUUID());
        rename(aside, kept);
        keep();
        return new BadInput(
                "Cannot write to %s: it has come to exist meanwhile. The result is in %s. Remedy: move it to where you want it"
                        .formatted(target, kept));
    }

    private void keep() {
        committed = true;
        files.cancelDeleteOnExit(aside);
    }

    private void rename(Path from, Path to) throws IOException {
        if (!files.rename(from, to)) {
            throw new IOException("Cannot rename %s to %s".formatted(from, to));
        }
    }

    @Override
    public void close() {
        if (committed) {
            return;
        }
        try {
            files.delete(aside, true);
            files.cancelDeleteOnExit(aside);
            for (Path parent : createdParents) {
                if (files.exists(parent) && files.listStatus(parent).length == 0) {
                    files.delete(parent, false);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
