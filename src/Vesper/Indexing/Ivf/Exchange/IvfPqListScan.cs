using System.Buffers.Binary;
using Vesper.Storage.Files;

namespace Vesper.Indexing.Ivf.Exchange;

/// <summary>Where one list's entries lie.</summary>
/// <param name="Count">Ids in it.</param>
internal readonly record struct IvfPqListPlace(long Offset, int Count);

/// <summary>
/// Takes the lists of a file in their order. What it was given is worthless if the file turns out to be damaged.
/// </summary>
/// <param name="list">0 … lists − 1.</param>
internal delegate void IvfPqListSink(int list, IvfPqList content);

/// <summary>Walks once over the lists of a file: finds them, and checks counts, codes and ids.</summary>
internal sealed class IvfPqListScan(IFile file, IvfPqFileDirectory directory, CancellationToken cancellation)
{
    private readonly IvfPqShape _shape = directory.Header.Shape;
    private readonly IvfPqSection _section = directory[IvfPqSectionType.Lists];
    private readonly IvfPqEntries _entries =
        new(file, directory.Header.Shape, directory[IvfPqSectionType.Lists].Length);

    private readonly UniqueIds _unique = new((long)directory.Header.Vectors);
    private IvfPqList? _some;

    /// <summary>The places of all lists.</summary>
    /// <param name="sink">Gets each list as it is met, or null.</param>
    public IvfPqListPlace[] Run(IvfPqListSink? sink)
    {
        Span<byte> word = stackalloc byte[sizeof(ulong)];
        file.ReadFully(word[..sizeof(uint)], _section.Offset, "section Lists");
        uint lists = BinaryPrimitives.ReadUInt32LittleEndian(word);
        Require(lists == _shape.Lists, _section.Offset, $"{_shape.Lists} lists", $"{lists}");
        var places = new IvfPqListPlace[_shape.Lists];
        ulong rest = directory.Header.Vectors;
        long at = _section.Offset + sizeof(uint);
        for (int list = 0; list < places.Length; list++)
        {
            cancellation.ThrowIfCancellationRequested();
            file.ReadFully(word, at, "section Lists");
            ulong count = BinaryPrimitives.ReadUInt64LittleEndian(word);
            Require(count <= rest, at, $"list {list} of at most {rest} vectors", $"{count}");
            LimitExceededException.ThrowIfAbove(
                $"{file.Path}: list {list}", (long)count, Array.MaxLength / _shape.Parts, "vectors");
            places[list] = new IvfPqListPlace(at + sizeof(ulong), (int)count);
            Read(list, places[list], sink);
            rest -= count;
            at = places[list].Offset + ((long)count * _shape.EntryBytes);
        }

        Require(rest == 0, at, $"{directory.Header.Vectors} vectors", $"{rest} fewer");
        if (_unique.FindDuplicate() is { } id)
        {
            Require(false, _section.Offset, "each id once", $"id {id} twice");
        }

        return places;
    }

    private void Read(int list, IvfPqListPlace place, IvfPqListSink? sink)
    {
        if (sink is not null)
        {
            IvfPqList content = IvfPqList.OfLength(place.Count, _shape);
            _entries.Read(place.Offset, content.Ids, content.Codes);
            _unique.Add(content.Ids);
            sink(list, content);
            return;
        }

        _some ??= IvfPqList.OfLength(_entries.AtOnce, _shape);
        for (int done = 0; done < place.Count; done += _entries.AtOnce)
        {
            int count = Math.Min(_entries.AtOnce, place.Count - done);
            Span<ulong> ids = _some.Ids.AsSpan(0, count);
            _entries.Read(place.Offset + (done * _shape.EntryBytes), ids, _some.Codes.AsSpan(0, count * _shape.Parts));
            _unique.Add(ids);
        }
    }

    private void Require(bool holds, long offset, string expected, string found)
    {
        if (!holds)
        {
            throw new CorruptDataException(file.Path, offset, $"section Lists: {expected}", found);
        }
    }
}
