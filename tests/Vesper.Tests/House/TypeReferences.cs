using System.Collections.Immutable;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Vesper.Tests.House;

/// <summary>One type of an assembly refers to another of the same assembly; both outermost, by metadata name.</summary>
internal readonly record struct TypeUse(string From, string To);

/// <summary>
/// Collects which types of an assembly refer to which: in base types, fields, signatures, locals, method bodies,
/// generic arguments and constraints, and attributes. Nested types, also the compiler's, count as their outermost one.
/// </summary>
internal sealed class TypeReferences
{
    private readonly MetadataReader _metadata;
    private readonly PEReader _file;
    private readonly HandleCollector _collector;

    private TypeReferences(PEReader file)
    {
        _file = file;
        _metadata = file.GetMetadataReader();
        _collector = new HandleCollector();
    }

    public static IReadOnlyCollection<TypeUse> Read(string assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly));
        return new TypeReferences(file).Collect();
    }

    private HashSet<TypeUse> Collect()
    {
        var uses = new HashSet<TypeUse>();
        foreach (var handle in _metadata.TypeDefinitions)
        {
            _collector.Found.Clear();
            AddType(_metadata.GetTypeDefinition(handle));
            var from = OutermostName(handle);
            var others = _collector.Found.Select(OutermostName).Where(to => to != from);
            uses.UnionWith(others.Select(to => new TypeUse(from, to)));
        }

        return uses;
    }

    private void AddType(TypeDefinition type)
    {
        Add(type.BaseType);
        AddAttributes(type.GetCustomAttributes());
        AddConstraints(type.GetGenericParameters());
        foreach (var implemented in type.GetInterfaceImplementations())
        {
            Add(_metadata.GetInterfaceImplementation(implemented).Interface);
        }

        foreach (var handle in type.GetFields())
        {
            var field = _metadata.GetFieldDefinition(handle);
            field.DecodeSignature(_collector, null);
            AddAttributes(field.GetCustomAttributes());
        }

        foreach (var handle in type.GetProperties())
        {
            AddAttributes(_metadata.GetPropertyDefinition(handle).GetCustomAttributes());
        }

        foreach (var handle in type.GetMethods())
        {
            AddMethod(_metadata.GetMethodDefinition(handle));
        }
    }

    private void AddMethod(MethodDefinition method)
    {
        method.DecodeSignature(_collector, null);
        AddAttributes(method.GetCustomAttributes());
        AddConstraints(method.GetGenericParameters());
        foreach (var parameter in method.GetParameters())
        {
            AddAttributes(_metadata.GetParameter(parameter).GetCustomAttributes());
        }

        if (method.RelativeVirtualAddress == 0)
        {
            return;
        }

        var body = _file.GetMethodBody(method.RelativeVirtualAddress);
        if (!body.LocalSignature.IsNil)
        {
            _metadata.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(_collector, null);
        }

        foreach (var region in body.ExceptionRegions)
        {
            Add(region.CatchType);
        }

        foreach (var token in InstructionTokens.In(body.GetILReader()))
        {
            Add(MetadataTokens.EntityHandle(token));
        }
    }

    private void AddConstraints(GenericParameterHandleCollection parameters)
    {
        var constraints = parameters.SelectMany(handle => _metadata.GetGenericParameter(handle).GetConstraints());
        foreach (var constraint in constraints)
        {
            Add(_metadata.GetGenericParameterConstraint(constraint).Type);
        }
    }

    private void AddAttributes(CustomAttributeHandleCollection attributes)
    {
        foreach (var handle in attributes)
        {
            Add(_metadata.GetCustomAttribute(handle).Constructor);
        }
    }

    private void Add(EntityHandle handle)
    {
        if (handle.IsNil)
        {
            return;
        }

        switch (handle.Kind)
        {
            case HandleKind.TypeDefinition:
                _collector.Found.Add((TypeDefinitionHandle)handle);
                break;
            case HandleKind.TypeSpecification:
                _metadata.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(_collector, null);
                break;
            case HandleKind.FieldDefinition:
                Add(_metadata.GetFieldDefinition((FieldDefinitionHandle)handle).GetDeclaringType());
                break;
            case HandleKind.MethodDefinition:
                Add(_metadata.GetMethodDefinition((MethodDefinitionHandle)handle).GetDeclaringType());
                break;
            case HandleKind.MethodSpecification:
                var specification = _metadata.GetMethodSpecification((MethodSpecificationHandle)handle);
                specification.DecodeSignature(_collector, null);
                Add(specification.Method);
                break;
            case HandleKind.MemberReference:
                AddMember(_metadata.GetMemberReference((MemberReferenceHandle)handle));
                break;
        }
    }

    private void AddMember(MemberReference member)
    {
        Add(member.Parent);
        if (member.GetKind() == MemberReferenceKind.Field)
        {
            member.DecodeFieldSignature(_collector, null);
        }
        else
        {
            member.DecodeMethodSignature(_collector, null);
        }
    }

    private string OutermostName(TypeDefinitionHandle handle)
    {
        var type = _metadata.GetTypeDefinition(handle);
        while (!type.GetDeclaringType().IsNil)
        {
            type = _metadata.GetTypeDefinition(type.GetDeclaringType());
        }

        var space = _metadata.GetString(type.Namespace);
        return (space.Length > 0 ? space + '.' : "") + _metadata.GetString(type.Name);
    }

    /// <summary>Walks signatures and keeps the assembly's own types in them; the value built means nothing.</summary>
    private sealed class HandleCollector : ISignatureTypeProvider<bool, object?>
    {
        public HashSet<TypeDefinitionHandle> Found { get; } = [];

        public bool GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) =>
            Found.Add(handle);

        public bool GetTypeFromSpecification(
            MetadataReader reader, object? context, TypeSpecificationHandle handle, byte rawTypeKind) =>
            reader.GetTypeSpecification(handle).DecodeSignature(this, context);

        public bool GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => false;

        public bool GetArrayType(bool elementType, ArrayShape shape) => false;

        public bool GetByReferenceType(bool elementType) => false;

        public bool GetFunctionPointerType(MethodSignature<bool> signature) => false;

        public bool GetGenericInstantiation(bool genericType, ImmutableArray<bool> typeArguments) => false;

        public bool GetGenericMethodParameter(object? genericContext, int index) => false;

        public bool GetGenericTypeParameter(object? genericContext, int index) => false;

        public bool GetModifiedType(bool modifier, bool unmodifiedType, bool isRequired) => false;

        public bool GetPinnedType(bool elementType) => false;

        public bool GetPointerType(bool elementType) => false;

        public bool GetPrimitiveType(PrimitiveTypeCode typeCode) => false;

        public bool GetSZArrayType(bool elementType) => false;
    }
}
