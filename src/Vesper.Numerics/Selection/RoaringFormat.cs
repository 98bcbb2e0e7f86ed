using System.Buffers.Binary;
using System.Diagnostics;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Vesper.Numerics.Selection;

/// <summary>
/// The published serialized form of Roaring bitmaps (github.com/RoaringBitmap/RoaringFormatSpec, the 32-bit form),
/// little-endian:
/// <code>
/// no runs:  u32 12346, u32 containers
/// runs:     u16 12347, u16 containers − 1, one bit per container: is it a run container (padded to bytes)
/// then      per container: u16 key (high bits), u16 members − 1
/// then      per container: u32 offset from the start   (not when there are runs and fewer than 4 containers)
/// then      containers: array u16 values… · bitmap 8,192 bytes · run u16 runs, then per run u16 first, u16 length − 1
/// </code>
/// A container that is not a run is an array when it has at most 4,096 members, else a bitmap.
/// </summary>
internal static class RoaringFormat
{
    private const uint PlainCookie = 12346;
    private const ushort RunCookie = 12347;
    private const int ContainersMax = 1 << 16;
    private const int OffsetsFromContainers = 4;

    /// <summary>Bytes of the serialized form.</summary>
    public static int Bytes(ReadOnlySpan<RoaringContainer> containers)
    {
        int bytes = HeaderBytes(containers.Length, HasRuns(containers));
        foreach (RoaringContainer container in containers)
        {
            bytes = checked(bytes + container.SerializedBytes);
        }

        return bytes;
    }

    /// <summary>Writes into exactly <see cref="Bytes"/> bytes.</summary>
    public static void Write(ReadOnlySpan<ushort> keys, ReadOnlySpan<RoaringContainer> containers, Span<byte> target)
    {
        Debug.Assert(BitConverter.IsLittleEndian && target.Length == Bytes(containers));
        bool hasRuns = HasRuns(containers);
        int at = WriteCookie(containers, hasRuns, target);
        int offset = HeaderBytes(containers.Length, hasRuns);
        int offsetsAt = at + 4 * containers.Length;
        bool hasOffsets = HasOffsets(containers.Length, hasRuns);
        for (int i = 0; i < containers.Length; i++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(target[(at + 4 * i)..], keys[i]);
            BinaryPrimitives.WriteUInt16LittleEndian(target[(at + 4 * i + 2)..], (ushort)(containers[i].Count - 1));
            if (hasOffsets)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(target[(offsetsAt + 4 * i)..], (uint)offset);
            }

            WriteContainer(containers[i], target[offset..]);
            offset += containers[i].SerializedBytes;
        }

        Debug.Assert(offset == target.Length);
    }

    /// <summary>Reads and checks everything but the range of the members.</summary>
    public static bool TryRead(
        ReadOnlySpan<byte> source, out ushort[] keys, out RoaringContainer[] containers, out int bytesRead)
    {
        Debug.Assert(BitConverter.IsLittleEndian);
        keys = [];
        containers = [];
        bytesRead = 0;
        if (!TryReadCookie(source, out int count, out ReadOnlySpan<byte> runFlags, out int at))
        {
            return false;
        }

        int offset = HeaderBytes(count, !runFlags.IsEmpty);
        if (source.Length < offset)
        {
            return false;
        }

        ReadOnlySpan<ushort> heads = MemoryMarshal.Cast<byte, ushort>(source.Slice(at, 4 * count));
        ReadOnlySpan<uint> offsets = HasOffsets(count, !runFlags.IsEmpty)
            ? MemoryMarshal.Cast<byte, uint>(source.Slice(at + 4 * count, 4 * count))
            : [];
        var readKeys = new ushort[count];
        var read = new RoaringContainer[count];
        for (int i = 0; i < count; i++)
        {
            readKeys[i] = heads[2 * i];
            bool isInOrder = i == 0 || readKeys[i] > readKeys[i - 1];
            bool isAtOffset = offsets.IsEmpty || offsets[i] == (uint)offset;
            bool isRun = !runFlags.IsEmpty && (runFlags[i / 8] >> (i % 8) & 1) != 0;
            int members = heads[2 * i + 1] + 1;
            if (!isInOrder || !isAtOffset || !TryReadContainer(source[offset..], members, isRun, out read[i]))
            {
                return false;
            }

            offset += read[i].SerializedBytes;
        }

        keys = readKeys;
        containers = read;
        bytesRead = offset;
        return true;
    }

    private static bool HasRuns(ReadOnlySpan<RoaringContainer> containers)
    {
        foreach (RoaringContainer container in containers)
        {
            if (container.Kind == RoaringContainerKind.Run)
            {
                return true;
            }
        }

        return false;
    }

    private static bool HasOffsets(int containers, bool hasRuns) => !hasRuns || containers >= OffsetsFromContainers;

    /// <summary>Bytes before the first container.</summary>
    private static int HeaderBytes(int containers, bool hasRuns)
    {
        int cookieBytes = hasRuns ? 4 + (containers + 7) / 8 : 8;
        int perContainerBytes = HasOffsets(containers, hasRuns) ? 8 : 4;
        return cookieBytes + perContainerBytes * containers;
    }

    private static int WriteCookie(ReadOnlySpan<RoaringContainer> containers, bool hasRuns, Span<byte> target)
    {
        if (!hasRuns)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(target, PlainCookie);
            BinaryPrimitives.WriteUInt32LittleEndian(target[4..], (uint)containers.Length);
            return 8;
        }

        BinaryPrimitives.WriteUInt16LittleEndian(target, RunCookie);
        BinaryPrimitives.WriteUInt16LittleEndian(target[2..], (ushort)(containers.Length - 1));
        Span<byte> flags = target.Slice(4, (containers.Length + 7) / 8);
        flags.Clear();
        for (int i = 0; i < containers.Length; i++)
        {
            if (containers[i].Kind == RoaringContainerKind.Run)
            {
                flags[i / 8] |= (byte)(1 << (i % 8));
            }
        }

        return 4 + flags.Length;
    }

    private static void WriteContainer(RoaringContainer container, Span<byte> target)
    {
        if (container.Kind == RoaringContainerKind.Run)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(target, (ushort)(container.Data.Length / 2));
            target = target[2..];
        }

        MemoryMarshal.AsBytes(container.Data.AsSpan()).CopyTo(target);
    }

    /// <summary>
    /// Reads the cookie, the number of containers and, in the form with runs, the flags (never empty there).
    /// </summary>
    private static bool TryReadCookie(
        ReadOnlySpan<byte> source, out int count, out ReadOnlySpan<byte> runFlags, out int bytes)
    {
        count = 0;
        runFlags = [];
        bytes = 8;
        if (source.Length < 8)
        {
            return false;
        }

        uint cookie = BinaryPrimitives.ReadUInt32LittleEndian(source);
        if (cookie == PlainCookie)
        {
            uint containers = BinaryPrimitives.ReadUInt32LittleEndian(source[4..]);
            count = (int)Math.Min(containers, ContainersMax);
            return containers <= ContainersMax;
        }

        count = (int)(cookie >> 16) + 1;
        bytes = 4 + (count + 7) / 8;
        if ((ushort)cookie != RunCookie || source.Length < bytes)
        {
            return false;
        }

        runFlags = source[4..bytes];
        return true;
    }

    private static bool TryReadContainer(
        ReadOnlySpan<byte> source, int count, bool isRun, out RoaringContainer container)
    {
        container = default;
        RoaringContainerKind kind = isRun ? RoaringContainerKind.Run
            : count <= RoaringContainer.ArrayCountMax ? RoaringContainerKind.Array : RoaringContainerKind.Bitmap;
        int words = kind == RoaringContainerKind.Array ? count : RoaringContainer.BitmapWords;
        if (kind == RoaringContainerKind.Run)
        {
            if (source.Length < 2)
            {
                return false;
            }

            words = 2 * BinaryPrimitives.ReadUInt16LittleEndian(source);
            source = source[2..];
        }

        if (source.Length < words * sizeof(ushort))
        {
            return false;
        }

        container = new RoaringContainer(
            kind, count, MemoryMarshal.Cast<byte, ushort>(source[..(words * sizeof(ushort))]).ToArray());
        return kind switch
        {
            RoaringContainerKind.Array => IsAscending(container.Data),
            RoaringContainerKind.Bitmap => Members(container.Data) == count,
            _ => RunMembers(container.Data) == count,
        };
    }

    private static bool IsAscending(ReadOnlySpan<ushort> values)
    {
        for (int i = 1; i < values.Length; i++)
        {
            if (values[i] <= values[i - 1])
            {
                return false;
            }
        }

        return true;
    }

    private static int Members(ReadOnlySpan<ushort> bits)
    {
        int members = 0;
        foreach (ulong word in MemoryMarshal.Cast<ushort, ulong>(bits))
        {
            members += BitOperations.PopCount(word);
        }

        return members;
    }

    /// <summary>Members of all runs; −1 when runs touch or overlap, are out of order or leave the range.</summary>
    private static int RunMembers(ReadOnlySpan<ushort> pairs)
    {
        int members = 0;
        int previousEnd = -2;
        for (int i = 0; i < pairs.Length; i += 2)
        {
            int end = pairs[i] + pairs[i + 1];
            if (pairs[i] <= previousEnd + 1 || end >= RoaringContainer.Range)
            {
                return -1;
            }

            members += pairs[i + 1] + 1;
            previousEnd = end;
        }

        return members;
    }
}
