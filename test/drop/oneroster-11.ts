const crlf = (...lines: string[]): string => `${lines.join('\r\n')}\r\n`;

/** A bulk delivery of OneRoster 1.1 about two invented people, with the columns of that version. */
export function oneRoster11(changed: Readonly<Record<string, string>> = {}): Record<string, string> {
  const files = [
    'academicSessions',
    'categories',
    'classes',
    'courses',
    'enrollments',
    'lineItems',
    'orgs',
    'results',
    'users',
  ];
  return {
    'manifest.csv': crlf(
      'propertyName,value',
      'manifest.version,1.0',
      'oneroster.version,1.1',
      ...files.map((file) => `file.${file},bulk`),
      'file.demographics,absent',
      'source.systemName,SIS',
    ),
    'orgs.csv': crlf(
      'sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId',
      'org-1,,,银川市某中等职业学校,school,,',
    ),
    'academicSessions.csv': crlf(
      'sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear',
      'as-1,,,2024-2025第一学期,semester,2024-09-01,2025-01-18,,2025',
    ),
    'courses.csv': crlf(
      'sourcedId,status,dateLastModified,schoolYearSourcedId,title,courseCode,grades,orgSourcedId,subjects,subjectCodes',
      'c-1,,,as-1,电工基础,C-1,,org-1,,',
    ),
    'classes.csv': crlf(
      'sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods',
      'k-1,,,电工基础1班,,c-1,K1,scheduled,,org-1,as-1,,,',
    ),
    'users.csv': crlf(
      'sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password',
      'u-1,,,true,org-1,student,xiaoyan,,晓燕,马,,,,,,,,',
      'u-2,,,true,"org-1,org-9",student,wei,,伟,丁,,,,,,,,',
      't-1,,,true,org-1,teacher,laoshi,,老师,纳,,,,,,,,',
    ),
    'enrollments.csv': crlf(
      'sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate',
      'e-1,,,k-1,org-1,u-1,student,false,2024-09-01,2025-01-18',
      'e-2,,,k-1,org-1,u-2,student,false,,',
      'e-3,,,k-1,org-1,t-1,teacher,true,,',
    ),
    'categories.csv': crlf('sourcedId,status,dateLastModified,title', 'cat-1,,2024-09-01,总评'),
    'lineItems.csv': crlf(
      'sourcedId,status,dateLastModified,title,description,assignDate,dueDate,classSourcedId,categorySourcedId,gradingPeriodSourcedId,resultValueMin,resultValueMax',
      'l-1,,,期末总评,,2024-09-01,2025-01-10,k-1,cat-1,as-1,0,100',
    ),
    'results.csv': crlf(
      'sourcedId,status,dateLastModified,lineItemSourcedId,studentSourcedId,scoreStatus,score,scoreDate,comment',
      'r-1,,2025-01-12,l-1,u-1,fully graded,91,2025-01-11,',
      'r-2,,2025-01-12,l-1,u-2,exempt,,2025-01-11,',
    ),
    ...changed,
  };
}
