using System.Buffers.Binary;
using System.Collections.Concurrent;
using Vesper.Engine;
using Vesper.Storage.Files;
using Vesper.Tests.Storage.Files;

namespace Vesper.Tests.Engine;

/// <summary>
/// Acknowledged means durable: before a write is acknowledged, a sync of the log file that holds its records has
/// returned, after those records were written.
/// </summary>
public sealed class AcknowledgementOrderTests
{
    private const int LogHeaderBytes = 4096;
    private const int RecordHeaderBytes = 32;

    [Fact]
    public async Task The_covering_sync_returns_before_the_acknowledgement()
    {
        using var directory = new TemporaryDatabase();
        var recording = new RecordingFileSystem(FileSystems.Current);
        var acknowledged = new ConcurrentBag<(ulong Lsn, long Sequence)>();
        using (var database = DatabaseEngine.Open(
            recording, directory.Path, new VesperOptions { LogSegmentBytes = 1 << 17 }))
        {
            var collection = new Collection(database.Create("docs", TemporaryDatabase.Options(8)));
            await Task.WhenAll(Enumerable.Range(0, 8)
                .Select(writer => Write(collection, writer, recording, acknowledged)));
        }

        Assert.Equal(8 * 40, acknowledged.Count);
        var places = Places(directory.Path);
        var operations = FinalNames(recording.Operations);
        foreach (var (lsn, sequence) in acknowledged)
        {
            var (file, offset) = places[lsn];
            var written = operations.First(operation =>
                operation.Kind == FileOperationKind.Write && operation.Path == file
                && operation.Offset <= offset && offset < operation.Offset + operation.Length);
            Assert.Contains(operations, operation => operation.Kind == FileOperationKind.Sync && operation.Path == file
                && written.Sequence < operation.Sequence && operation.Sequence < sequence);
        }
    }

    private static async Task Write(
        Collection collection,
        int writer,
        RecordingFileSystem recording,
        ConcurrentBag<(ulong Lsn, long Sequence)> acknowledged)
    {
        var random = new Random(writer);
        for (var round = 0; round < 40; round++)
        {
            var id = (ulong)(writer * 1000 + round);
            var result = round % 5 == 4
                ? await collection.DeleteAsync(new PointId(id - 1))
                : await collection.UpsertAsync([TemporaryDatabase.Make(random, id, 8)]);
            acknowledged.Add((result.Lsn.Value, recording.Mark($"acknowledged {result.Lsn}")));
        }
    }

    /// <summary>A file made under another name is known by the name it got.</summary>
    private static List<FileOperation> FinalNames(IReadOnlyList<FileOperation> operations)
    {
        var names = operations.Where(operation => operation.Kind == FileOperationKind.Rename)
            .DistinctBy(operation => operation.Path)
            .ToDictionary(operation => operation.Path, operation => operation.Target!);
        return [.. operations.Select(operation =>
            operation with { Path = names.GetValueOrDefault(operation.Path, operation.Path) })];
    }

    /// <summary>Where each data record stands, read from the files as docs/formats/wal.md draws them.</summary>
    private static Dictionary<ulong, (string File, long Offset)> Places(string directory)
    {
        var places = new Dictionary<ulong, (string, long)>();
        foreach (var file in Directory.GetFiles(directory, "wal-*.log", SearchOption.AllDirectories).Order())
        {
            var bytes = File.ReadAllBytes(file);
            for (var offset = LogHeaderBytes; offset + RecordHeaderBytes <= bytes.Length;)
            {
                var length = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(offset));
                var type = bytes[offset + 4];
                if (type is >= 1 and <= 3)
                {
                    places[BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(offset + 8))] = (file, offset);
                }

                offset += (RecordHeaderBytes + length + 7) & ~7;
            }
        }

        return places;
    }
}
