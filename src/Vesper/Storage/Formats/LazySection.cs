using System.Collections.Immutable;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using Vesper.Storage.Files;

namespace Vesper.Storage.Formats;

/// <summary>
/// The bytes of one section in native memory (64-byte aligned), filled block by block (64 KiB) on first touch, each
/// block's CRC checked as it is read. Thread-safe. Bytes handed out stay valid until dispose.
/// </summary>
/// <remarks>
/// Locks: <c>_allocation</c> guards the buffer's creation; each of <c>_stripes</c> guards the loading of a sixteenth of
/// the groups of blocks. A thread holds at most one, and none while it hands out bytes. A block's state is written
/// after its bytes and read before them.
/// </remarks>
internal sealed class LazySection : IDisposable
{
    private const int BlocksPerGroup = 16;
    private const int StripeCount = 16;
    private const long ParallelLoadBytesMin = 8L << 20;
    private const int LoadThreadsMax = 4;
    private const byte Absent = 0;
    private const byte Loaded = 1;

    private readonly SectionFileReader _reader;
    private readonly IFile _file;
    private readonly SectionEntry _entry;
    private readonly MemoryScope _scope;
    private readonly Lock _allocation = new();
    private readonly Lock[] _stripes;
    private readonly byte[] _states;
    private NativeBuffer<byte>? _bytes;
    private ImmutableDictionary<long, string> _damage = ImmutableDictionary<long, string>.Empty;
    private long _blocksMissing;
    private volatile bool _complete;
    private bool _disposed;

    internal LazySection(SectionFileReader reader, IFile file, SectionEntry entry, MemoryScope scope)
    {
        _reader = reader;
        _file = file;
        _entry = entry;
        _scope = scope;
        _states = new byte[entry.BlockCount];
        _blocksMissing = _states.Length;
        _stripes = new Lock[Math.Min(StripeCount, (_states.Length + BlocksPerGroup - 1) / BlocksPerGroup)];
        for (int i = 0; i < _stripes.Length; i++)
        {
            _stripes[i] = new Lock();
        }
    }

    public SectionKey Key => _entry.Key;

    public long Length => _entry.Length;

    /// <summary>
    /// The bytes, loaded when needed. Range-checked: outside is a <see cref="CorruptDataException"/>.
    /// </summary>
    public ReadOnlySpan<byte> Slice(long offset, int length)
    {
        if (offset < 0 || length < 0 || offset > _entry.Length - length)
        {
            ThrowOutside(offset, length);
        }

        if (length == 0)
        {
            return default;
        }

        if (!_complete)
        {
            Load(offset / FileLayout.BlockBytes, (offset + length - 1) / FileLayout.BlockBytes);
        }

        return _bytes!.Slice(offset, length);
    }

    /// <summary>Loads all blocks (large reads, several threads when big) and gives the memory.</summary>
    public NativeBuffer<byte> LoadAll(CancellationToken cancellation = default)
    {
        if (!_complete && _states.Length > 0)
        {
            LoadGroups(cancellation);
        }

        return Allocate();
    }

    /// <summary>A typed error that names the file and a place in this section.</summary>
    public CorruptDataException Corrupt(long offset, string expected, string found) =>
        _reader.Corrupt(Key, offset, expected, found);

    /// <summary>Frees the memory: no span of it may be in use any more.</summary>
    public void Dispose()
    {
        lock (_allocation)
        {
            _disposed = true;
            _bytes?.Dispose();
        }
    }

    private void LoadGroups(CancellationToken cancellation)
    {
        int groups = (_states.Length + BlocksPerGroup - 1) / BlocksPerGroup;
        if (_entry.Length <= ParallelLoadBytesMin)
        {
            for (int group = 0; group < groups; group++)
            {
                cancellation.ThrowIfCancellationRequested();
                LoadGroup(group);
            }

            return;
        }

        var options = new ParallelOptions
        {
            CancellationToken = cancellation,
            MaxDegreeOfParallelism = Math.Clamp(Environment.ProcessorCount, 2, LoadThreadsMax),
        };
        try
        {
            Parallel.For(0, groups, options, LoadGroup);
        }
        catch (AggregateException several)
        {
            // One bad place is enough to refuse the section.
            ExceptionDispatchInfo.Throw(several.InnerExceptions[0]);
        }
    }

    private void LoadGroup(int group)
    {
        long first = (long)group * BlocksPerGroup;
        Load(first, Math.Min(first + BlocksPerGroup, _states.Length) - 1);
    }

    private void Load(long firstBlock, long lastBlock)
    {
        Debug.Assert(firstBlock >= 0 && firstBlock <= lastBlock && lastBlock < _states.Length, "the range was checked");
        for (long block = firstBlock; block <= lastBlock;)
        {
            long groupEnd = Math.Min(lastBlock, block | (BlocksPerGroup - 1));
            if (!AreLoaded(block, groupEnd))
            {
                LoadWithinGroup(block, groupEnd);
            }

            block = groupEnd + 1;
        }
    }

    private bool AreLoaded(long first, long last)
    {
        for (long block = first; block <= last; block++)
        {
            if (Volatile.Read(ref _states[block]) != Loaded)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Reads the missing blocks of a range, adjacent ones in one go. A loaded block is never read into again: spans of
    /// it are out.
    /// </summary>
    private void LoadWithinGroup(long first, long last)
    {
        NativeBuffer<byte> bytes = Allocate();
        lock (_stripes[first / BlocksPerGroup % _stripes.Length])
        {
            for (long block = first; block <= last;)
            {
                long end = block;
                while (end <= last && _states[end] != Loaded)
                {
                    end++;
                }

                if (end > block)
                {
                    LoadRun(bytes, block, end);
                }

                block = end + 1;
            }
        }
    }

    private void LoadRun(NativeBuffer<byte> bytes, long firstBlock, long endBlock)
    {
        ThrowIfKnownDamaged(firstBlock, endBlock);
        long start = firstBlock * FileLayout.BlockBytes;
        Span<byte> run = bytes.Slice(start, (int)(Math.Min(endBlock * FileLayout.BlockBytes, _entry.Length) - start));
        int count = _file.ReadAt(run, _entry.Offset + start);
        ReadOnlySpan<uint> checksums = _reader.Checksums(_entry);
        for (long block = firstBlock; block < endBlock; block++)
        {
            int at = (int)((block * FileLayout.BlockBytes) - start);
            int length = Math.Min(FileLayout.BlockBytes, run.Length - at);
            uint found = Crc32C.Compute(run.Slice(at, length));
            bool whole = at + length <= count;
            if (!whole || found != checksums[(int)block])
            {
                string problem = whole ? $"checksum {found:x8}" : "the end of the file";
                ImmutableInterlocked.TryAdd(ref _damage, block, problem);
                ThrowIfKnownDamaged(block, block + 1);
            }

            MarkLoaded(block);
        }
    }

    /// <summary>A damaged block stays so: what a second reading gives would be luck.</summary>
    private void ThrowIfKnownDamaged(long firstBlock, long endBlock)
    {
        if (_damage.IsEmpty)
        {
            return;
        }

        for (long block = firstBlock; block < endBlock; block++)
        {
            if (_damage.TryGetValue(block, out string? found))
            {
                uint checksum = _reader.Checksums(_entry)[(int)block];
                throw Corrupt(block * FileLayout.BlockBytes, $"a block of checksum {checksum:x8}", found);
            }
        }
    }

    private void MarkLoaded(long block)
    {
        Debug.Assert(_states[block] == Absent, "a block is loaded once, under its stripe's lock");
        Volatile.Write(ref _states[block], Loaded);
        if (Interlocked.Decrement(ref _blocksMissing) == 0)
        {
            _complete = true;
        }
    }

    private NativeBuffer<byte> Allocate()
    {
        lock (_allocation)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _bytes ??= new NativeBuffer<byte>(_entry.Length, _scope);
        }
    }

    [DoesNotReturn]
    private void ThrowOutside(long offset, int length) =>
        throw Corrupt(offset, $"{length} bytes inside a section of {_entry.Length}", $"offset {offset}");
}
