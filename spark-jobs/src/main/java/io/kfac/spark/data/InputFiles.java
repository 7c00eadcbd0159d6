package io.kfac.spark.data;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.compress.CompressionCodec;
import org.apache.hadoop.io.compress.CompressionCodecFactory;

/** Files of any Hadoop file system, looked at from the driver. */
final class InputFiles {
    private InputFiles() {}

    /**
     * Files at a path, in a directory or of a glob, in order of their paths.
     * @throws BadInput if there is none, or all are empty
     */
    static List<FileStatus> list(String path, Configuration conf) {
        List<FileStatus> files = new ArrayList<>();
        try {
            Path at = new Path(path);
            FileSystem system = at.getFileSystem(conf);
            FileStatus[] matches = system.globStatus(at);
            if (matches == null || matches.length == 0) {
                throw new BadInput("Cannot read %s: there is no such file or directory".formatted(path));
            }
            for (FileStatus match : matches) {
                addFiles(system, match, files);
            }
        } catch (FileNotFoundException e) {
            throw new BadInput("Cannot read %s: there is no such file or directory".formatted(path), e);
        } catch (IOException | IllegalArgumentException e) {
            throw new BadInput("Cannot read %s: %s".formatted(path, ReadFailures.firstLine(e)), e);
        }
        if (files.isEmpty()) {
            throw new BadInput("Cannot read %s: the directory has no files".formatted(path));
        }
        if (files.stream().allMatch(file -> file.getLen() == 0)) {
            throw new BadInput("Cannot read %s: it is empty".formatted(path));
        }
        files.sort(Comparator.comparing(file -> file.getPath().toString()));
        return files;
    }

    private static void addFiles(FileSystem system, FileStatus at, List<FileStatus> files) throws IOException {
        if (at.isFile()) {
            files.add(at);
            return;
        }
        for (FileStatus child : system.listStatus(at.getPath())) {
            // What Spark leaves out too: _SUCCESS, checksums, files being written.
            String name = child.getPath().getName();
            if (!name.startsWith("_") && !name.startsWith(".")) {
                addFiles(system, child, files);
            }
        }
    }

    /** Opens a file, decompressing it if its name ends as that of a known codec. */
    static InputStream open(Path path, Configuration conf) throws IOException {
        InputStream raw = path.getFileSystem(conf).open(path);
        CompressionCodec codec = new CompressionCodecFactory(conf).getCodec(path);
        return codec == null ? raw : codec.createInputStream(raw);
    }

    /** First line of a text file, without its end. */
    static String firstLine(Path path, Configuration conf) {
        try (InputStream in = open(path, conf);
                var reader = new java.io.BufferedReader(
                        new java.io.InputStreamReader(in, java.nio.charset.StandardCharsets.UTF_8))) {
            String line = reader.readLine();
            return line == null ? "" : line;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** File name without the endings of compression: {@code a9a.gz} is {@code a9a}. */
    static String plainName(Path path) {
        return path.getName().replaceFirst("(?i)\\.(gz|bz2|zst|snappy|lz4|deflate)$", "");
    }
}
