using System.ComponentModel;
using System.Diagnostics;
using Vesper.Bench.Drivers;
using Vesper.Bench.Limits;

namespace Vesper.Bench.Measuring;

/// <summary>Puts files out of the page cache, so that what follows reads the disk.</summary>
internal static class PageCache
{
    private const int BlockBytes = 1 << 20;

    /// <summary>Drops all files of a folder; null, or why it could not.</summary>
    public static string? Drop(string folder)
    {
        if (!SystemCalls.AreSupported)
        {
            return "the page cache can be dropped on Linux only";
        }

        foreach (var path in Files(folder))
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            try
            {
                SystemCalls.DropCache(file);
            }
            catch (Win32Exception error)
            {
                return $"{path} could not be dropped from the page cache: {error.Message}";
            }
        }

        return null;
    }

    /// <summary>Bytes a second at which the files of a folder are read through once.</summary>
    public static double ReadThrough(string folder)
    {
        var buffer = new byte[BlockBytes];
        var clock = Stopwatch.StartNew();
        foreach (var path in Files(folder))
        {
            using var file = File.OpenHandle(path, options: FileOptions.SequentialScan);
            long at = 0;
            for (int read; (read = RandomAccess.Read(file, buffer, at)) > 0;)
            {
                at += read;
            }
        }

        return FolderSize.Of(folder) / clock.Elapsed.TotalSeconds;
    }

    private static IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories);
}
