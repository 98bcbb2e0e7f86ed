namespace Vesper.Storage.Formats;

/// <summary>What a file is; the numbers stand in docs/formats/ids.md.</summary>
internal enum FileKind : ushort
{
    Segment = 1,
    Tombstones = 2,
    PayloadOverlay = 3,
    Catalog = 4,
    CollectionManifest = 5,
}
