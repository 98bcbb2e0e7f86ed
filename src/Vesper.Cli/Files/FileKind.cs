using System.Formats.Tar;

namespace Vesper.Cli.Files;

/// <summary>Tells files from pipes, sockets and devices and opens none: to open a pipe may wait for ever.</summary>
internal static class FileKind
{
    /// <summary>
    /// Whether it is something whose bytes cannot be read by position, and again; links are followed. Not so for what
    /// does not exist.
    /// </summary>
    public static bool IsPipeOrDevice(string path)
    {
        var target = TargetOf(path);
        if (!target.Exists)
        {
            // /dev/stdin and its like lead to an open pipe or socket, which has no name of its own.
            return target.FullName.StartsWith("/proc/", StringComparison.Ordinal) && File.Exists(path);
        }

        // Pipes and devices have no length, and neither have some files.
        return target.Length == 0 && !IsEmptyFile(target.FullName);
    }

    /// <summary>The file itself, or what a link leads to in the end, which need not exist.</summary>
    public static FileInfo TargetOf(string path)
    {
        var file = new FileInfo(path);
        return file.LinkTarget is not null && file.ResolveLinkTarget(returnFinalTarget: true) is { } target
            ? new FileInfo(target.FullName)
            : file;
    }

    // .NET tells the type of a file nowhere else: an archive entry has it, and of an empty file there is no content.
    private static bool IsEmptyFile(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return true;
        }

        try
        {
            using var archive = new MemoryStream();
            using (var writer = new TarWriter(archive, TarEntryFormat.Pax, leaveOpen: true))
            {
                writer.WriteEntry(path, "file");
            }

            archive.Position = 0;
            using var reader = new TarReader(archive);
            return reader.GetNextEntry()?.EntryType == TarEntryType.RegularFile;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
