namespace Vesper.Bench.Experiments.Recovery;

/// <summary>The files of a database, handled from outside.</summary>
internal static class DatabaseFiles
{
    // Empty; its holder lets nobody read it, and who opens the copy makes it anew.
    private const string LockName = "LOCK";

    /// <summary>
    /// Copies the directory of a database that is open but at rest: what its owner would leave if it were killed now.
    /// </summary>
    /// <exception cref="IOException">A file changed meanwhile, so the copy is of no one moment.</exception>
    public static void CopyAtRest(string from, string to)
    {
        var before = Sizes(from);
        foreach (var (name, _, _) in before)
        {
            var target = Path.Combine(to, name);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            using var source = new FileStream(
                Path.Combine(from, name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var copy = File.Create(target);
            source.CopyTo(copy);
        }

        if (!Sizes(from).SequenceEqual(before))
        {
            throw new IOException($"{from} changed while it was copied");
        }
    }

    /// <summary>Bytes of all files.</summary>
    public static long Bytes(string directory) => Sizes(directory).Sum(file => file.Bytes);

    private static List<(string Name, long Bytes, DateTime Written)> Sizes(string directory) =>
    [
        .. new DirectoryInfo(directory).EnumerateFiles("*", SearchOption.AllDirectories)
            .Where(file => file.Name != LockName)
            .Select(file => (Path.GetRelativePath(directory, file.FullName), file.Length, file.LastWriteTimeUtc))
            .Order(),
    ];
}
