namespace Vesper.Storage.Formats;

/// <summary>
/// What a finished file is known by in a manifest. The checksum is the footer's, which covers every block's checksum.
/// </summary>
internal readonly record struct FileReceipt(string Name, long Length, uint Checksum);
