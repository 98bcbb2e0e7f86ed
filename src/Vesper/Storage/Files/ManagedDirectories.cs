namespace Vesper.Storage.Files;

/// <summary>
/// The directory operations whose System.IO form reports every failure and means the same on every platform.
/// </summary>
internal static class ManagedDirectories
{
    /// <summary>Names of the entries, sorted ordinally; empty when there is no such directory.</summary>
    public static IReadOnlyList<string> List(string directory) => Guard("list", directory, static path =>
    {
        try
        {
            string[] names = [.. Directory.EnumerateFileSystemEntries(path).Select(entry => Path.GetFileName(entry)!)];
            Array.Sort(names, StringComparer.Ordinal);
            return names;
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    });

    /// <summary>Makes a directory and those above it.</summary>
    public static void Create(string directory) => Guard("make directory", directory, Directory.CreateDirectory);

    /// <summary>Deletes an empty directory; false when there was none.</summary>
    public static bool Delete(string directory) => Guard("delete directory", directory, static path =>
    {
        try
        {
            Directory.Delete(path);
            return true;
        }
        catch (DirectoryNotFoundException)
        {
            return false;
        }
    });

    /// <summary>Bytes that this user may still write on the file system of the path.</summary>
    public static long FreeBytes(string path) =>
        Guard("free space of", Path.GetFullPath(path), static full => new DriveInfo(full).AvailableFreeSpace);

    private static T Guard<T>(string operation, string path, Func<string, T> call)
    {
        try
        {
            return call(path);
        }
        catch (Exception error) when (ManagedErrors.IsFromSystem(error))
        {
            throw ManagedErrors.Describe(error, operation, path);
        }
    }
}
