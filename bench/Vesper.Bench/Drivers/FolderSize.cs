namespace Vesper.Bench.Drivers;

/// <summary>Bytes of files.</summary>
internal static class FolderSize
{
    /// <summary>The lengths of all files of a folder and those within it.</summary>
    public static long Of(string folder) =>
        new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
}
